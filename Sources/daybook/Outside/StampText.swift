import Auditing
import Bookings
import Console
import Transparency

/// How time-stamps are told of.
struct StampText {
    let stamps: Stamps
    let clock: LocalClock

    /// What they show of the whole ledger: the newest bound, and those that say nothing.
    var lines: [String] {
        var lines: [String] = []
        if let newest = stamps.holding.max(by: { ($0.size, $1.latest) < ($1.size, $0.latest) }) {
            lines.append(
                "the \(newest.size.firstEntriesWereThere) by \(clock.text(newest.latest)), as \(newest.authority) signed "
                    + "(entry \(newest.index)); \(stamps.holding.count) "
                    + "\(stamps.holding.count == 1 ? "time-stamp holds" : "time-stamps hold")")
        }
        if !stamps.unknown.isEmpty {
            let shown = stamps.unknown.prefix(10).map(String.init).joined(separator: ", ")
            let more = stamps.unknown.count > 10 ? " and \(stamps.unknown.count - 10) more" : ""
            lines.append(
                "the time-stamps in entries \(shown)\(more) are by authorities that lead to none of the roots that you gave; "
                    + "they say nothing here")
        }
        return lines.map { "Stamped   " + Terminal.folded($0, indent: 10) }
    }

    /// When an entry was recorded, as far as stamps bound it; `nil` where none does.
    func bound(of index: Int) -> String? {
        switch stamps.bounds(of: index) {
        case (let after?, let before?):
            "after \(clock.text(after)) and before \(clock.text(before)), as time-stamps bound it"
        case (let after?, nil): "after \(clock.text(after)), as a time-stamp bounds it; no later one covers it yet"
        case (nil, let before?): "before \(clock.text(before)), as a time-stamp bounds it"
        case (nil, nil): nil
        }
    }
}

extension Stamps {
    /// What holds and what says nothing, as `daybook verify --json` has it.
    var json: JSONValue {
        .object([
            "holding": .array(
                holding.map {
                    .object([
                        "entry": .integer($0.index), "size": .integer($0.size), "earliest": .string($0.earliest.text),
                        "latest": .string($0.latest.text), "authority": .string($0.authority),
                    ])
                }), "unknown": unknown.isEmpty ? nil : .array(unknown.map { .integer($0) }),
        ])
    }

    /// The bounds of these entries, as `daybook history --json` has them; entries without any are left out.
    func json(of indexes: [Int]) -> JSONValue {
        .array(
            indexes.compactMap { index in
                let (after, before) = bounds(of: index)
                guard after != nil || before != nil else { return nil }
                return .object([
                    "index": .integer(index), "after": (after?.text).map { .string($0) },
                    "before": (before?.text).map { .string($0) },
                ])
            })
    }
}
