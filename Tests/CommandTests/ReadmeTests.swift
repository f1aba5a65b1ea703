import Foundation
import TestSupport
import Testing

struct `The README` {
    /// The lines of its console sessions, one after the other: commands, each with the lines that it shows.
    private func session() throws -> [(command: String, shown: [String])] {
        let readme = try String(contentsOf: Fixtures.checkout.appending(path: "README.md"), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```console\n").dropFirst()
        var steps: [(command: String, shown: [String])] = []
        for line in blocks.flatMap({ $0.components(separatedBy: "```")[0].split(separator: "\n") }) {
            if line.hasPrefix("$ ") {
                steps.append((String(line.dropFirst(2)), []))
            } else {
                steps[steps.count - 1].shown.append(String(line))
            }
        }
        return steps
    }

    @Test func `shows a session that does what it shows`() throws {
        let world = try World()
        try world.copy(Python.script)
        let steps = try session()
        #expect(steps.count >= 10)
        for (written, shown) in steps {
            var command = written
            if command.hasPrefix("python3 ") {
                guard let python = Python.program else { continue }
                command = python + command.dropFirst("python3".count)
            }
            // On the practice's own computer: cron's line is on its clock.
            let outcome = try world.run("/bin/bash", ["-c", command], adding: ["TZ": "Europe/London"])
            var rest = outcome.output[...]
            for line in shown {
                // What follows an ellipsis differs each time; the order of the lines does not.
                let fixed = line.components(separatedBy: "…")[0]
                if fixed.isEmpty { continue }
                let found = rest.range(of: fixed)
                #expect(found != nil, "\(command)\nshould show \(line)\nbut shows \(outcome.output)\(outcome.errors)")
                if let found { rest = rest[found.upperBound...] }
            }
        }
    }
}
