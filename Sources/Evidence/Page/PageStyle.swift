/// The look of the page: the reader's own fonts, a readable measure, both colour schemes, and A4.
package enum PageStyle {
    package static let text = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --ink: #1b1f24; --soft: #4d5661; --line: #c9d0d8; --shade: #f3f5f8;
          --link: #0b4fa8; --good: #17623a; --bad: #a3171f; --open: #73500a;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14181d; --ink: #e6e9ee; --soft: #aab3be; --line: #3a434e; --shade: #1d232a;
            --link: #8ab8ff; --good: #7fd6a2; --bad: #ff9c9c; --open: #eac06a;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
          overflow-wrap: anywhere;
        }
        main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
        header { padding-top: 2rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
        h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.4rem 0 .6rem; }
        h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
        p { margin: .5rem 0; }
        ul, ol { padding-left: 1.4rem; margin: .4rem 0; }
        li { margin: .25rem 0; }
        a { color: var(--link); }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
        code, pre, .fingerprint { font-family: ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace; }
        code { font-size: .88em; }
        .kind, .hint, .source, footer, caption { color: var(--soft); }
        .kind { margin: 0; }
        .hint, .source, footer, caption { font-size: .9rem; }
        header + section { margin-top: 1.25rem; }
        .first { border: 1px solid var(--line); border-left: .35rem solid var(--link); background: var(--shade); padding: .9rem 1.1rem; }
        .first h2 { margin: 0 0 .3rem; font-size: 1.05rem; }
        .fingerprint { font-size: 1.02rem; font-weight: 600; word-spacing: .25em; overflow-wrap: normal; max-width: 48ch; }
        .fingerprint .row { display: inline-block; white-space: nowrap; margin-right: .5em; }
        .status { border-top: 1px solid var(--line); margin: .8rem 0 0; padding-top: .5rem; font-weight: 600; }
        .caution { color: var(--open); }
        .caution:empty, .printed { display: none; }
        .status [data-result="agrees"], [data-result="agrees"] .mark { color: var(--good); }
        .status [data-result="differs"], [data-result="differs"] .mark { color: var(--bad); }
        .status [data-result="unchecked"], [data-result="unchecked"] .mark { color: var(--open); }
        .mark { font-weight: 600; white-space: nowrap; }
        .reason { margin: .1rem 0; }
        .summary { font-size: 1.15rem; }
        .timeline { list-style: none; padding: 0; border-left: 2px solid var(--line); margin-left: .4rem; }
        .timeline li { position: relative; padding: 0 0 .7rem 1.2rem; margin: 0; }
        .timeline li::before {
          content: ""; position: absolute; left: -.43rem; top: .5rem; width: .75rem; height: .75rem; border-radius: 50%;
          background: var(--paper); border: 2px solid var(--soft);
        }
        .timeline p { margin: 0; }
        .when { font-weight: 600; }
        @media (min-width: 42rem) {
          .timeline li { display: grid; grid-template-columns: 16.5rem 1fr; gap: 1rem; }
        }
        table { width: 100%; table-layout: fixed; border-collapse: collapse; margin: .6rem 0; }
        th:first-child { width: 42%; }
        caption { text-align: left; padding-bottom: .4rem; }
        th, td { text-align: left; vertical-align: top; padding: .45rem .6rem .45rem 0; border-bottom: 1px solid var(--line); }
        tbody th { font-weight: 400; }
        .number { width: 4.5rem; text-align: right; padding-right: 0; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
        pre { white-space: pre-wrap; background: var(--shade); border: 1px solid var(--line); padding: .7rem .9rem; margin: .6rem 0; }
        .do li { margin: .5rem 0; }
        .box { border: 1px solid var(--line); padding: .3rem .9rem; margin: .8rem 0; }
        .unbroken { white-space: nowrap; }
        .box pre { margin: .3rem 0; }
        .glossary { display: grid; grid-template-columns: 8rem 1fr; gap: .3rem 1rem; }
        .glossary dd { margin: 0; }
        dl { margin: .6rem 0; }
        dt { font-weight: 600; }
        dd { margin: 0 0 .5rem; }
        #steps:empty, #save:empty { display: none; }
        #steps { padding-left: 2rem; }
        #steps p { margin: 0; }
        #steps li { margin: .5rem 0; }
        details { color: var(--soft); font-size: .9rem; }
        summary { cursor: pointer; }
        #certification { border-top: 1px solid var(--line); margin-top: 2.5rem; }
        .statements li { margin: .55rem 0; }
        span.blank { border-bottom: 1px solid var(--soft); color: var(--soft); padding: 0 .2rem 0 11rem; }
        span.wide { padding-left: 20rem; }
        .signature { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; align-items: end; }
        .signature dt { font-weight: 400; padding-top: 1rem; }
        .signature dd { border-bottom: 1px solid var(--soft); margin: 0; height: 100%; }
        .signature .tall { min-height: 3.5rem; }
        footer { margin-top: 2.5rem; padding-bottom: 2rem; }
        @media (max-width: 30rem) {
          main, footer { padding: 0 1rem; }
          h1 { font-size: 1.6rem; }
          span.blank { padding-left: 6rem; }
          .glossary { grid-template-columns: 1fr; gap: 0; }
          .glossary dd { margin-bottom: .5rem; }
          td code, th code { display: block; }
        }
        @page { size: A4; margin: 18mm 17mm 20mm; }
        @media print {
          :root {
            color-scheme: light;
            --paper: #ffffff; --ink: #000000; --soft: #3c434b; --line: #9aa3ad; --shade: #ffffff;
            --link: #000000; --good: #000000; --bad: #000000; --open: #000000;
          }
          html { font-size: 10pt; }
          body { line-height: 1.42; }
          main, footer { max-width: none; padding: 0; }
          header { padding-top: 0; }
          h1 { font-size: 1.7rem; }
          h2 { font-size: 1.25rem; margin: 1.4em 0 .4em; }
          h1, h2, h3, caption { break-after: avoid; }
          table, tr, .timeline li, .first, .statements li, .signature, #steps > li, pre, dt, li, .box { break-inside: avoid; }
          h3 + ul > li:first-child { break-after: avoid; }
          ul > li:last-child:not(:first-child) { break-before: avoid; }
          dt { break-after: avoid; }
          thead { display: table-header-group; }
          .timeline li { display: grid; grid-template-columns: 16.5rem 1fr; gap: 1rem; }
          a { color: inherit; text-decoration: none; }
          span.blank { white-space: nowrap; line-height: 2.1; }
          #save, details { display: none; }
          .printed { display: block; }
          .caution { font-weight: 600; }
          #certification { break-before: page; border-top: 0; margin-top: 0; }
          #certification h2 { margin-top: 0; }
          p, li { orphans: 3; widows: 3; }
        }
        """
}
