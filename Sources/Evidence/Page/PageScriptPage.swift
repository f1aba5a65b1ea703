extension PageScript {
    /// What the page itself does: reads the file inside it, runs the check, and shows each step.
    static let page = #"""
        // In the page every "<" of the file is written \u003c; a backslash before it that is escaped itself is no such sign.
        const unwrapped = (embedded) =>
          embedded.replace(/\\(u003c|[^])/g, (escape, letter) => (letter === "u003c" ? "<" : escape));

        function add(parent, name, words, className) {
          const element = document.createElement(name);
          if (words !== undefined) element.textContent = words;
          if (className) element.className = className;
          parent.append(element);
          return element;
        }

        // What the page shows of the file, to be held against it.
        function pageContent() {
          const page = { disclosed: [], zone: document.getElementById("clocks")?.dataset.zone };
          for (const element of document.querySelectorAll("[data-shows]")) {
            (page[element.dataset.shows] ??= []).push(element.textContent);
          }
          for (const row of document.querySelectorAll("#disclosed tbody tr")) {
            page.disclosed.push([row.dataset.entry, row.dataset.field, row.querySelector("td").textContent]);
          }
          return page;
        }

        const marks = { agrees: "✓ agrees", differs: "✗ does not agree", unchecked: "– cannot be checked here" };

        function showStep(one) {
          const item = add(document.getElementById("steps"), "li");
          item.dataset.step = one.id;
          item.dataset.result = one.result;
          const line = add(item, "p");
          add(line, "span", marks[one.result], "mark");
          line.append(" ", one.name);
          if (one.reason) add(item, "p", one.reason, "reason");
          if (one.read.length === 0) return;
          const details = add(item, "details");
          add(details, "summary", `what it read (${one.read.length})`);
          const list = add(details, "ul");
          for (const words of one.read) add(list, "li", words);
        }

        function verdictOf(steps) {
          const count = (result) => steps.filter((one) => one.result === result).length;
          const [differing, open] = [count("differs"), count("unchecked")];
          const does = (number) => (number === 1 ? "does" : "do");
          if (differing > 0) {
            return ["differs", `✗ ${differing} of ${steps.length} steps ${does(differing)} not agree. Do not rely on the file ` +
              "before somebody has looked into it: the reason is given with the step below."];
          }
          const caution = "Whose key it is, this page cannot say: compare the fingerprint with one that you got elsewhere.";
          if (open > 0) {
            return ["unchecked", `– ${count("agrees")} of ${steps.length} steps agree; ${open} cannot be checked here. ` +
              "To check all, run the command given below.", caution];
          }
          return ["agrees", `✓ All ${steps.length} steps agree: the file holds together under the key inside it.`, caution];
        }

        function offer(text) {
          const link = add(document.getElementById("save"), "a", "Save the evidence file from this page");
          link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
          link.download = "evidence.json";
        }

        async function run() {
          const verdict = document.getElementById("verdict");
          verdict.textContent = "Checking …";
          const text = unwrapped(document.getElementById("evidence").textContent);
          const steps = await check(text, pageContent());
          steps.forEach(showStep);
          const [result, words, caution] = verdictOf(steps);
          verdict.textContent = words;
          document.getElementById("caution").textContent = caution ?? "";
          verdict.dataset.result = result;
          offer(text);
        }

        run().catch((error) => {
          const verdict = document.getElementById("verdict");
          verdict.textContent = `✗ The check stopped: ${shown(error.message)}. Use the command given below.`;
          verdict.dataset.result = "differs";
        });
        """#
}
