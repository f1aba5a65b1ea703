/// The pages of one search after another, and what is missing of them.
///
/// A Bundle with a `next` link is followed by the search's next page; one without ends it, and a Bundle behind that is
/// the first page of another search.
struct FHIRPages {
    private var total: Int?
    private var rows = 0
    private var isOpen = false
    private var missing = 0
    private var saysTotal = false

    private static let most = 1_000_000_000

    /// Begins with a page. What the pages contradict each other in is returned.
    mutating func begin(total next: Int?, hasNext: Bool) -> String? {
        if !isOpen { close() }
        isOpen = hasNext
        let before = total
        total = [before, next].compactMap(\.self).max()
        guard let before, let next, before != next else { return nil }
        return "the pages of one search report different totals, \(before) and \(next): it changed while it was read"
    }

    /// Counts one appointment that the search found.
    mutating func count() { rows += 1 }

    /// Notes how many appointments an export's file should have had, and has.
    mutating func note(expected: Int, found: Int) {
        saysTotal = true
        // A server's numbers may be anything: beyond all reason is as good as far too many.
        missing = min(missing + max(0, min(expected, FHIRPages.most) - found), FHIRPages.most)
    }

    /// Tells the rows what was said of them.
    mutating func finish(_ all: inout AllRows) {
        close()
        if saysTotal { all.reported = all.count + missing }
        guard isOpen else { return }
        all.addShortfall("the last page has a next link, and what follows it was not read")
    }

    private mutating func close() {
        if let total { note(expected: total, found: rows) }
        total = nil
        rows = 0
    }
}
