package import Auditing
package import Bookings

/// The assurance in words: what holds, each with its sentence, and what was not asked. Never a bare "OK".
package enum AssuranceText {
    /// What a word of the assurance means.
    package static func meaning(_ word: Assurance) -> String {
        switch word {
        case .consistent: "bytes, chain and tree agree with each other"
        case .signed: "a checkpoint is signed by a key that you gave"
        case .held: "it has grown from a checkpoint that you held"
        case .stamped: "time-stamped by a third party"
        case .witnessed: "cosigned as your policy asks"
        case .live: "the live schedule agrees"
        }
    }
}

/// A timeline for people: one line a step.
package struct TimelineText {
    private let timeline: Timeline
    private let clock: LocalClock
    private let bound: (Int) -> String?

    /// The text of a timeline; `bound` says between which moments an entry was recorded, where time-stamps tell.
    package init(timeline: Timeline, clock: LocalClock, bound: @escaping (Int) -> String? = { _ in nil }) {
        self.timeline = timeline
        self.clock = clock
        self.bound = bound
    }

    package var lines: [String] {
        timeline.steps.map { step in
            let source = step.index.map { "entry \($0)" } ?? ""
            let words = "\(step.sentence) [\(step.knowledge.rawValue)\(source.isEmpty ? "" : ", \(source)")]"
            let when = clock.column(step.at)
            let line = "  \(when)  " + Terminal.folded(words, indent: when.count + 4, width: 118)
            guard let bound = step.index.flatMap(bound) else { return line }
            let indent = String(repeating: " ", count: when.count + 4)
            return "\(line)\n\(indent)recorded " + Terminal.folded(bound, indent: when.count + 4, width: 109)
        }
    }
}
