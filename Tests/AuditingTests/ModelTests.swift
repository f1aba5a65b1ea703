import Auditing
import Bookings
import Foundation
import TestSupport
import Testing

/// A practice at random, its record and its comparisons, night by night.
private struct Model {
    let seed: UInt64
    var practice: Practice
    var ledger = ModelLedger()
    /// How often each code was found.
    var codes: [FindingCode: Int] = [:]

    init(seed: UInt64) {
        self.seed = seed
        practice = Practice(seed: seed)
    }

    /// What differs between what was found and what had to be found in the next night; `nil` where nothing does.
    mutating func night() -> String? {
        let night = practice.night()
        for delivery in night.deliveries { ledger.record(delivery) }
        for check in night.checks {
            let history = ledger.history(opened: practice.opened, heldOutside: check.heldOutside)
            let report = Reconciliation(
                of: history, with: check.snapshot, thresholds: check.thresholds, now: check.at,
                massDisappearanceAllowedBy: check.allowedBy
            ).report()
            for finding in report.findings { codes[finding.code, default: 0] += 1 }
            if let difference = difference(report, check) {
                return """
                    seed \(seed), night \(night.number), \(check.snapshot.coverage.source), export \(check.description)\
                    \(check.allowedBy == nil ? "" : ", many allowed")
                    \(difference)
                    """
            }
            if check.isRecorded { ledger.record(check.snapshot, at: check.at) }
        }
        return nil
    }

    private func difference(_ report: Report, _ check: Practice.Check) -> String? {
        let found = report.findings.map {
            "\($0.code.rawValue) \($0.booking?.text ?? "-") \($0.severity.rawValue) \($0.confidence.rawValue)"
        }
        let expected = check.expected.map(\.description)
        var missed = expected
        for one in found { missed.firstIndex(of: one).map { _ = missed.remove(at: $0) } }
        var invented = found
        for one in expected { invented.firstIndex(of: one).map { _ = invented.remove(at: $0) } }
        let unsaid = check.expected.compactMap { one -> String? in
            let sentences = report.findings.filter { $0.code.rawValue == one.code && $0.booking == one.booking }
                .map(\.sentence)
            let lacking = one.says.filter { words in !sentences.contains { $0.contains(words) } }
            return lacking.isEmpty || sentences.isEmpty ? nil : "\(one): \(lacking) in \(sentences)"
        }
        guard !missed.isEmpty || !invented.isEmpty || !unsaid.isEmpty || report.expected != check.expectedBookings
        else {
            return nil
        }
        let bookings = Set(
            (missed + invented + unsaid).compactMap {
                $0.split(whereSeparator: { " :".contains($0) }).dropFirst().first
            })
        return """
            missed: \(missed.sorted())
            invented: \(invented.sorted())
            not said: \(unsaid)
            expected in the window: \(report.expected), and not \(check.expectedBookings)
            \(bookings.sorted().prefix(4).map { story(of: Identifier(String($0)), report, check) }.joined(separator: "\n"))
            """
    }

    /// All that is known about a booking.
    private func story(of booking: Identifier, _ report: Report, _ check: Practice.Check) -> String {
        let key = BookingKey(source: check.snapshot.coverage.source, booking: booking)
        let own = ledger.history(opened: nil, heldOutside: nil).bookings[key]
        let entries = (own?.entries ?? []).map { recorded in
            "  \(String(decoding: recorded.entry.bytes, as: UTF8.self)) \(recorded.disclosed)"
        }
        let rows = check.snapshot.appointments.filter { $0.booking == booking }.map { "  row \($0)" }
        let findings = report.findings.filter { $0.booking == booking }.map { "  found \($0.json.text)" }
        let expected = check.expected.filter { $0.booking == booking }.map { "  to find \($0)" }
        return (["\(key.booking), seen \(own?.presences ?? []):"] + entries + rows + findings + expected)
            .joined(separator: "\n")
    }
}

@Suite("A practice at random")
struct ModelTests {
    /// `DAYBOOK_MODEL_EDITS=100000` and `DAYBOOK_MODEL_SEED=7` ask for more, and for other ones.
    private static let environment = ProcessInfo.processInfo.environment
    private static let edits = environment["DAYBOOK_MODEL_EDITS"].flatMap { Int($0) } ?? 24_000
    private static let first = environment["DAYBOOK_MODEL_SEED"].flatMap { UInt64($0) } ?? 1
    /// So many edits a practice: then a record is as long as a month's.
    private static let editsAPractice = 800
    private static let seeds = (0..<UInt64((edits + editsAPractice - 1) / editsAPractice)).map { first &+ $0 }

    /// Every code of the design that an edit can raise: the others speak of a ledger that somebody changed.
    private static let raisable = Set(FindingCode.allCases).subtracting([.ar401, .ar403])

    @Test func `nothing is missed and nothing invented, night after night, and every code is raised`() async {
        var codes: [FindingCode: Int] = [:]
        await withTaskGroup(of: [FindingCode: Int].self) { group in
            for seed in ModelTests.seeds { group.addTask { ModelTests.codes(of: seed) } }
            for await found in group { codes.merge(found, uniquingKeysWith: +) }
        }
        print(codes.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" })
        // A test that never sees a code says nothing of it.
        let never = ModelTests.raisable.subtracting(codes.keys).map(\.rawValue).sorted()
        #expect(never.isEmpty || ModelTests.edits < 24_000, "no edit raised \(never)")
    }

    /// A practice of this seed, until something differs.
    private static func codes(of seed: UInt64) -> [FindingCode: Int] {
        var model = Model(seed: seed)
        while model.practice.edits < editsAPractice {
            if let difference = model.night() {
                Issue.record("\(difference)")
                break
            }
        }
        print("seed \(seed): \(model.practice.edits) edits")
        return model.codes
    }
}
