package import Bookings

/// A practice at random, whose schedule is edited in every way that a schedule is edited, told or untold: what was said
/// about it, what it shows each night, and what a comparison of the two must find.
///
/// Two sources, which use the same ids, stand in one record: one numbers its events, the other does not. Nothing here
/// asks the program under test; what must be found follows from what was done, by rules written down a second time, as
/// plainly as they go (``Truth``).
package struct Practice {
    /// One night: what was said since the night before, then a check of each source.
    package struct Night {
        /// Counted from 1.
        package let number: Int
        /// In the order in which they came.
        package let deliveries: [Delivery]
        /// After all deliveries, one a source.
        package let checks: [Check]
    }

    /// Something that was said.
    package struct Delivery {
        /// What was said, complete.
        package var event: Event
        /// What the recorder's clock shows then.
        package var recorded: Timestamp
        /// True where the same was said before, word for word: a record keeps it once.
        package var isRepeat = false
        /// True where a practice did something of which the client had to be told.
        var isAction = false
        var due: Int64
    }

    /// A comparison of one source's schedule with the record.
    package struct Check {
        /// What the schedule shows.
        package let snapshot: Snapshot
        /// When it is compared.
        package let at: Timestamp
        /// What is configured.
        package let thresholds: Thresholds
        /// When a checkpoint last left for a place outside; `nil` where none did.
        package let heldOutside: Timestamp?
        /// Who allowed many bookings to be missing.
        package let allowedBy: String?
        /// True where the reading is recorded after the comparison.
        package let isRecorded: Bool
        /// Every finding that must be made, and no other.
        package let expected: [ExpectedFinding]
        /// How many bookings the record expects in the window.
        package let expectedBookings: Int
        /// What was done to the export, for a person who looks for the reason.
        package let description: String
    }

    /// How many edits were made so far.
    package private(set) var edits = 0
    /// How often each kind of edit was made.
    package var kinds: [String: Int] {
        desks.reduce(into: [:]) { $0.merge($1.kinds, uniquingKeysWith: +) }
    }

    private var desks: [Desk]
    private var random: SplitMix64
    private let editsADay: Int
    private var number = 0
    /// The midnight, in UTC, before the last reading.
    private var midnight: Int64
    private var waiting: [(at: Int64, desk: Int)] = []
    /// Exports that are read only a night or two after they were taken, and how many nights are left.
    private var held: [Int: (export: Export, nights: Int)] = [:]
    private var heldOutside: Timestamp?
    /// When the record began.
    package let opened: Timestamp
    private var deliveries: [Delivery] = []

    /// A practice that is given by its seed: in summer, or around one of the clock changes.
    package init(seed: UInt64, editsADay: Int = 70) {
        random = SplitMix64(seed: seed)
        self.editsADay = editsADay
        midnight = Britain.midnight([(3, 10), (6, 1), (10, 5)][Int(seed % 3)])
        opened = Timestamp(seconds: midnight + 8 * 3600)
        desks = [
            Desk(source: "crm", isCounting: true, seed: random.next()),
            Desk(source: "diary", isCounting: false, seed: random.next()),
        ]
        for place in desks.indices { desks[place].open(at: midnight + 9 * 3600) }
    }

    /// The next night.
    package mutating func night() -> Night {
        number += 1
        midnight += 86_400
        deliveries = []
        let takenAt = midnight + 2 * 3600
        // The clocks of exporter and recorder are not one.
        let shown = takenAt + .random(in: -110...110, using: &random)
        let isChecked = random.chance(40) ? shown + 5 : midnight + 9 * 3600
        plan(from: takenAt - 17 * 3600, to: takenAt - 600, editsADay)
        plan(from: takenAt - 110, to: takenAt + 110, 4)
        plan(from: takenAt + 600, to: takenAt + 6 * 3600, 4)
        waiting.sort { $0.at < $1.at }
        advance(to: shown)
        let exports = desks.indices.map { desks[$0].export(at: takenAt, random: &random) }
        advance(to: isChecked)
        if random.chance(30) { heldOutside = Timestamp(seconds: isChecked - 60) }
        let checks = desks.indices.compactMap { place -> Check? in
            guard let export = exportToRead(at: place, tonight: exports[place]) else { return nil }
            return desks[place].check(
                export, at: isChecked, opened: opened, heldOutside: heldOutside, random: &random)
        }
        for check in checks where check.isRecorded {
            for place in desks.indices { desks[place].record.noteJournal(check.at) }
        }
        return Night(number: number, deliveries: deliveries, checks: checks)
    }

    /// Tonight's export, or one that lay about; `nil` where tonight's is only read later.
    private mutating func exportToRead(at place: Int, tonight: Export) -> Export? {
        if let old = held[place] {
            held[place] = old.nights > 1 ? (old.export, old.nights - 1) : nil
            return old.nights > 1 ? nil : old.export
        }
        guard random.chance(6) else { return tonight }
        held[place] = (tonight, .random(in: 1...2, using: &random))
        return nil
    }

    private mutating func plan(from: Int64, to: Int64, _ count: Int) {
        for _ in 0..<count {
            waiting.append((.random(in: from...to, using: &random), random.chance(60) ? 0 : 1))
        }
    }

    /// Makes the edits and brings the deliveries that are due up to a moment.
    private mutating func advance(to end: Int64) {
        while let next = waiting.first, next.at <= end {
            waiting.removeFirst()
            deliver(to: next.at)
            desks[next.desk].edit(at: next.at)
            edits += 1
        }
        deliver(to: end)
    }

    private mutating func deliver(to end: Int64) {
        while let (place, due) = desks.indices.compactMap({ place in desks[place].nextDue.map { (place, $0) } })
            .min(by: { $0.1 < $1.1 }), due <= end
        {
            let delivery = desks[place].deliver()
            deliveries.append(delivery)
            if delivery.event.type.family == .source {
                for other in desks.indices where other != place { desks[other].record.noteJournal(delivery.recorded) }
            }
        }
    }
}

/// A finding that must be made.
package struct ExpectedFinding: CustomStringConvertible {
    /// Its code.
    package let code: String
    /// Its booking; `nil` for one about the source.
    package let booking: Identifier?
    /// How bad and how sure.
    package let severity: String
    package let confidence: String
    /// What its sentence must say besides.
    package var says: [String] = []

    /// `AR101 A-17 critical proven`.
    package var description: String { "\(code) \(booking?.text ?? "-") \(severity) \(confidence)" }
}

/// British clocks in 2026.
enum Britain {
    static let spring = Timestamp("2026-03-29T01:00:00Z")!.seconds
    static let autumn = Timestamp("2026-10-25T01:00:00Z")!.seconds

    static func time(_ instant: Int64) -> WallTime {
        WallTime(instant: instant, offset: (spring..<autumn).contains(instant) ? 3600 : 0)!
    }

    static func midnight(_ day: (month: Int, day: Int)) -> Int64 {
        CivilTime(year: 2026, month: day.month, day: day.day)!.seconds
    }
}

extension SplitMix64 {
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
