import Bookings
import Testing
import Transparency

@Suite("Snapshots and what they cover")
struct SnapshotTests {
    private func time(_ text: String) -> WallTime { WallTime(canonical: text)! }

    private var coverage: Coverage {
        var coverage = Coverage(source: "crm", takenAt: Timestamp("2026-06-01T02:00:00Z")!)
        coverage.from = time("2026-06-01T00:00:00+01:00")
        coverage.to = time("2026-07-01T00:00:00+01:00")
        coverage.isComplete = true
        return coverage
    }

    @Test func `a window has its first instant and not its last, whatever the offset`() {
        #expect(coverage.includes(start: time("2026-06-01T00:00:00+01:00"), practitioner: nil))
        #expect(coverage.includes(start: time("2026-05-31T23:00:00+00:00"), practitioner: nil))
        #expect(!coverage.includes(start: time("2026-05-31T23:59:59+01:00"), practitioner: nil))
        #expect(coverage.includes(start: time("2026-06-30T23:59:59+01:00"), practitioner: nil))
        #expect(!coverage.includes(start: time("2026-07-01T00:00:00+01:00"), practitioner: nil))
        #expect(!coverage.includes(start: time("2026-06-30T23:30:00+00:00"), practitioner: nil))
    }

    @Test func `a start that nobody knows is inside only where there is no window`() {
        #expect(!coverage.includes(start: nil, practitioner: nil))
        #expect(Coverage(source: "crm", takenAt: coverage.takenAt).includes(start: nil, practitioner: nil))
    }

    @Test func `a reading of some practitioners covers those alone`() {
        var coverage = coverage
        coverage.practitioners = ["D7"]
        let start = time("2026-06-11T09:30:00+01:00")
        #expect(coverage.includes(start: start, practitioner: "D7"))
        #expect(!coverage.includes(start: start, practitioner: "D8"))
        #expect(!coverage.includes(start: start, practitioner: nil))
    }

    private func body(rows: Int = 2, _ change: (inout Coverage) -> Void = { _ in }) -> JSONValue {
        var coverage = coverage
        change(&coverage)
        let appointments = (0..<rows).map {
            LiveAppointment(booking: Identifier("A-\($0)"), appointment: Appointment(), row: $0 + 2)
        }
        return Snapshot(coverage: coverage, appointments: appointments, rows: rows, digest: .zero).body()
    }

    @Test func `a reading is recorded as complete only where no row of it is missing`() {
        #expect(body()["complete"] == .boolean(true))
        #expect(body { $0.isComplete = false }["complete"] == .boolean(false))
        #expect(body { ($0.rowCount, $0.totalReported) = (2, 2) }["complete"] == .boolean(true))
        #expect(body { $0.rowCount = 3 }["complete"] == .boolean(false))
        #expect(body { $0.totalReported = 3 }["complete"] == .boolean(false))
    }

    @Test func `a reading says of which practitioners it speaks, and nothing of those whom it does not name`() throws {
        #expect(body()["practitioners"] == nil)
        #expect(
            body { $0.practitioners = ["D7", "É", "D10", "e\u{301}"] }["practitioners"]
                == .strings(["D10", "D7", "e\u{301}", "É"]))
        let odd = body { $0.practitioners = ["D7", "", "D\u{0}"] }
        #expect(odd["practitioners"] == .strings(["D7"]))
        #expect(odd["complete"] == .boolean(true))
        for names in [[], [""], Set((0..<5000).map { "doctor \($0)" })] as [Set<String>] {
            let body = body { $0.practitioners = names }
            #expect(body["practitioners"] == nil)
            #expect(body["complete"] == .boolean(false), "it would speak of all of them")
        }
        let many = body { $0.practitioners = Set((0..<3000).map { "\"\u{1}\($0)" }) }
        #expect(many["complete"] == .boolean(false), "what counts is how long they are when they are written")
    }

    @Test func `a reading is what its entry says`() throws {
        var entry = Entry(origin: "o", index: 4, previous: .zero, recorded: Timestamp(seconds: 9), type: .snapshotTaken)
        entry.source = "crm"
        entry.body = body { ($0.cancelled, $0.practitioners) = (.removed, ["D8", "D7"]) }
        let reading = try #require(try Reading(Entry(bytes: entry.bytes)))
        #expect(reading.index == 4)
        #expect(reading.rows == 2)
        #expect(reading.size == 2)
        var expected = coverage
        (expected.cancelled, expected.practitioners) = (.removed, ["D7", "D8"])
        #expect(reading.coverage == expected)
        #expect(Reading(created()) == nil)
    }

    @Test func `a row without an id counts as a row, an id twice as one id`() {
        let rows = ["B", "A", "B"].map { LiveAppointment(booking: $0, appointment: Appointment(), row: 2) }
        let snapshot = Snapshot(coverage: coverage, appointments: rows, rows: 4, digest: .zero)
        #expect(snapshot.bookings == ["A", "B"])
        #expect(snapshot.body()["rows"] == .integer(4))
        #expect(snapshot.body()["size"] == .integer(2))
    }
}
