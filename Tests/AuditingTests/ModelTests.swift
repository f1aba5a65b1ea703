import Auditing
import Bookings
import TestSupport
import Testing

/// A practice's schedule that is edited at random: what it truly shows, what was recorded, and which findings a
/// comparison must therefore make.
private struct Practice {
    enum Edit: CaseIterable {
        case book, bookSecretly, move, moveSecretly, cancel, cancelSecretly, delete, drop, keepAlive, rekey, revive
    }

    var book = Book()
    var live: [Identifier: Appointment] = [:]
    /// What a comparison must find about each booking.
    var truth: [Identifier: String] = [:]
    private var clients: [Identifier: String] = [:]
    private var next = 0
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// Bookings that record and schedule agree on.
    private var agreed: [Identifier] { live.keys.filter { truth[$0] == nil }.sorted() }

    private mutating func freshID() -> Identifier {
        next += 1
        return Identifier("A-\(next)")
    }

    private mutating func appointment() -> Appointment {
        var appointment = booked()
        // No two moves by one offset of a zone: minutes of no quarter of an hour.
        appointment.start = WallTime(
            instant: wall("06-11 00:00").instant + .random(in: 0..<38_000, using: &random) * 60, offset: 3600)
        appointment.end = nil
        appointment.practitioner = ["D7", "D8", "D9"].randomElement(using: &random)
        return appointment
    }

    private mutating func changed(_ known: Appointment) -> Appointment {
        var changed = appointment()
        while (changed.start!.minute - known.start!.minute) % 15 == 0 { changed = appointment() }
        return changed
    }

    mutating func edit() {
        let edit = Edit.allCases.randomElement(using: &random)!
        let time = "06-0\(1 + next % 9) 1\(next % 10):00"
        guard edit != .book, edit != .bookSecretly, let one = agreed.randomElement(using: &random) else {
            let (id, new) = (freshID(), appointment())
            live[id] = new
            clients[id] = "C-\(id)"
            if edit == .bookSecretly { truth[id] = "AR103" } else { book.create(id, new, time, client: clients[id]) }
            return
        }
        let known = live[one]!
        let new = changed(known)
        switch edit {
        case .book, .bookSecretly: break
        case .move:
            live[one] = new
            book.add(.modified, one, time, client: clients[one]) { $0.appointment = new }
        case .moveSecretly:
            live[one] = new
            truth[one] = "AR104"
        case .cancel:
            live[one]!.status = .cancelled
            book.add(.cancelled, one, time, client: clients[one]) { $0.appointment = live[one] }
            truth[one] = ""
        case .cancelSecretly:
            live[one]!.status = .cancelled
            truth[one] = "AR106"
        case .delete:
            live[one] = nil
            book.add(.deleted, one, time)
        case .drop:
            live[one] = nil
            truth[one] = "AR101"
        case .keepAlive:
            book.add(.deleted, one, time)
            truth[one] = "AR102"
        case .rekey:
            let id = freshID()
            live[id] = live.removeValue(forKey: one)
            clients[id] = clients[one]
            book.add(.modified, id, time, client: clients[id]) { ($0.supersedes, $0.appointment) = (one, known) }
        case .revive:
            book.add(.cancelled, one, time) { ($0.appointment, $0.appointment!.status) = (known, .cancelled) }
            truth[one] = "AR105"
        }
    }

    mutating func rows() -> [LiveAppointment] {
        live.sorted { $0.key < $1.key }.shuffled(using: &random).map { row($0.key, $0.value, client: clients[$0.key]) }
    }
}

@Suite("A practice at random")
struct ModelTests {
    @Test(arguments: [1, 2, 3, 20_260_610])
    func `nothing is missed and nothing invented over 2,000 edits`(seed: UInt64) {
        print("seed \(seed)")
        var practice = Practice(seed: seed)
        for step in 1...2000 {
            practice.edit()
            guard step.isMultiple(of: 250) || step < 20 else { continue }
            let report = practice.book.report(practice.rows(), allowedBy: "the model")
            let differences: Set<FindingCode> = [
                .ar101, .ar102, .ar103, .ar104, .ar105, .ar106, .ar107, .ar108, .ar110, .ar111, .ar202, .ar205,
            ]
            let found = report.findings.filter { differences.contains($0.code) }
                .map { "\($0.booking?.text ?? "-") \($0.code.rawValue)" }.sorted()
            let expected = practice.truth.filter { !$0.value.isEmpty }.map { "\($0.key) \($0.value)" }.sorted()
            #expect(found == expected, "seed \(seed), step \(step)")
        }
        #expect(Set(practice.truth.values).count == 7, "every kind of edit was met")
    }
}
