/// What the page of a night adds to the look of the evidence page: the headline's colour, the table of sources, the cards.
enum NightPageStyle {
    static let text = """
        [data-mood="well"] { --mood: var(--good); }
        [data-mood="look"] { --mood: var(--open); }
        [data-mood="bad"] { --mood: var(--bad); }
        .kind { margin-bottom: .6rem; }
        .headline { border-left: .35rem solid var(--mood); padding-left: .9rem; text-wrap: balance; }
        .headline + .summary { margin-top: 1rem; }
        .missed { border-left: .35rem solid var(--open); background: var(--shade); padding: .6rem .9rem; }
        .first.bad { border-left-color: var(--bad); margin-top: 1.5rem; }
        .count { color: var(--soft); font-weight: 400; font-size: .9em; font-variant-numeric: tabular-nums; margin-left: .3rem; }
        table.sources { table-layout: auto; }
        .sources th:first-child { width: auto; }
        .sources thead th { font-size: .85rem; color: var(--soft); font-weight: 600; overflow-wrap: normal; }
        .sources tbody th { font-weight: 600; }
        .sources .number { width: auto; padding-right: 1.4rem; }
        .state { color: var(--mood); font-weight: 600; white-space: nowrap; }
        .state::before {
          content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%; margin-right: .4rem;
          background: var(--mood);
        }
        .state[data-mood="look"]::before { border-radius: 0; transform: rotate(45deg) scale(.9); }
        .state[data-mood="bad"]::before { border-radius: 0; }
        .card {
          border: 1px solid var(--line); border-left: .35rem solid var(--mood); border-radius: .3rem;
          padding: 1rem 1.2rem 1.1rem; margin: 1rem 0;
        }
        .card h3 { font-size: 1.15rem; margin: .15rem 0 .2rem; }
        .badges { margin: 0; font-size: .85rem; color: var(--soft); }
        .badge { color: var(--mood); font-weight: 700; margin-right: .4rem; }
        .code { font-variant-numeric: tabular-nums; white-space: nowrap; }
        .which, .client { margin: 0; }
        .whole { display: inline-block; max-width: 100%; }
        .client { font-weight: 600; }
        .steps { margin: .7rem 0 0; }
        .steps dt { font-size: .9rem; color: var(--soft); }
        .steps dd { margin: 0 0 .75rem; }
        .steps dd:last-child { margin-bottom: 0; }
        .steps dd p { margin: 0 0 .4rem; }
        blockquote { margin: 0; padding: .6rem .9rem; background: var(--shade); border-radius: .3rem; }
        .rows { list-style: none; padding: 0; }
        .rows li { padding: .4rem 0; border-bottom: 1px solid var(--line); margin: 0; }
        .rows .code { color: var(--soft); font-weight: 600; margin-right: .4rem; }
        .fold { border-bottom: 1px solid var(--line); padding: .5rem 0; color: inherit; font-size: 1rem; }
        .fold summary { font-weight: 600; }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; }
        .facts code { word-break: break-all; }
        .facts dd { margin: 0; }
        @media (min-width: 42rem) {
          .steps { display: grid; grid-template-columns: 10.5rem 1fr; gap: .7rem 1.2rem; }
          .steps dt, .steps dd { margin: 0; }
          .steps dt { padding-top: .1rem; }
        }
        @media (max-width: 34rem) {
          .sources thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .sources, .sources tbody { display: block; }
          .sources tr { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
          .sources th, .sources td { border: 0; padding: 0; text-align: left; }
          .sources tbody th { flex: 1 1 55%; }
          .sources .number { padding: 0; width: auto; }
          .sources td[data-label] { color: var(--soft); font-size: .9rem; }
          .sources td.number[data-label]::after { content: " " attr(data-label); }
          .sources td.taken::before { content: attr(data-label) " "; }
          .sources .wide { flex: 1 1 100%; }
          .card { padding: .8rem .9rem; }
          .facts { grid-template-columns: 1fr; gap: 0; }
          .facts dd { margin-bottom: .4rem; }
        }
        @media print {
          .card { border-radius: 0; }
          .card, .rows li { break-inside: avoid; }
          .card h3, h2 { break-after: avoid; }
          .steps { display: block; }
          .steps dt { float: left; clear: left; width: 8.5rem; break-after: auto; }
          .steps dd { margin: 0 0 .45rem 9.5rem; }
          blockquote { border: 1px solid var(--line); }
          details.fold { display: block; }
          .fold::details-content { content-visibility: visible; display: block; }
          .fold { border-bottom: 0; }
          .fold .rows li:last-child { border-bottom: 0; }
          .facts { break-inside: avoid; }
          .state::before { print-color-adjust: exact; }
        }
        """
}
