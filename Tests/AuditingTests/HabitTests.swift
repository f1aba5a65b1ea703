import Auditing
import Bookings
import Testing
import Transparency

@Suite("Who did it, when, and why")
struct HabitTests {
    /// The findings about how a booking was changed, cancelled or deleted by such an entry.
    private func findings(
        _ type: EntryType, hours: Range<Int>? = nil, at time: String = "06-05 10:00", zone: String? = nil,
        _ change: (inout Entry) -> Void
    ) -> [Finding] {
        var book = Book()
        book.create("A")
        book.add(type, "A", time) { change(&$0) }
        var thresholds = Thresholds()
        thresholds.hours = hours
        var coverage = june
        coverage.zone = zone
        let rows = type == .deleted ? [] : [row("A", book.state("A")!.appointment)]
        let snapshot = Snapshot(coverage: coverage, appointments: rows, rows: rows.count, digest: .zero)
        let rules = ZoneRules { zone, _ in zone == "Test/Plus2" ? 7200 : nil }
        return Reconciliation(
            of: book.history, with: snapshot, thresholds: thresholds, now: at("06-10 03:00"),
            clock: LocalClock(zone: nil, rules: rules)
        ).report().findings.filter { [.ar303, .ar305].contains($0.code) }
    }

    private func codes(_ type: EntryType, _ actor: Entry.Actor?) -> [FindingCode] {
        findings(type) { ($0.actor, $0.reason) = (actor, "asked") }.map(\.code)
    }

    @Test func `AR303: a synchronisation or a job did it`() throws {
        for type in [EntryType.modified, .cancelled, .deleted] {
            #expect(codes(type, .init(kind: .sync, id: "google")) == [.ar303], "\(type)")
            #expect(codes(type, .init(kind: .job, id: "night")) == [.ar303], "\(type)")
            #expect(codes(type, .init(kind: .user, id: "jane")) == [], "\(type)")
            #expect(codes(type, .init(kind: .client)) == [], "\(type)")
        }
        let finding = try #require(
            findings(.deleted) { ($0.actor, $0.reason) = (.init(kind: .sync, id: "google"), "asked") }.first)
        #expect(finding.severity == .info)
        #expect(finding.entries == [1])
        #expect(finding.sentence == "Booking A was deleted by the synchronisation google.")
    }

    @Test func `AR303: an interface, or nobody who is named, only where it deletes`() {
        for actor in [Entry.Actor(kind: .api, id: "web"), .init(kind: .unknown), nil] {
            #expect(codes(.deleted, actor) == [.ar303], "\(String(describing: actor))")
            #expect(codes(.cancelled, actor) == [], "\(String(describing: actor))")
            #expect(codes(.modified, actor) == [], "\(String(describing: actor))")
        }
    }

    @Test(arguments: [("08:59", true), ("09:00", false), ("17:59", false), ("18:00", true)])
    func `AR303: outside the hours, on the practice's clocks, where hours are configured`(time: String, isOutside: Bool)
    {
        let utc = "\(Int(time.prefix(2))! - 2)\(time.suffix(3))"
        func codes(_ hours: Range<Int>?, _ zone: String?, _ kind: Entry.Actor.Kind = .user) -> [FindingCode] {
            findings(.modified, hours: hours, at: "06-05 \(utc.count == 4 ? "0" : "")\(utc)", zone: zone) {
                $0.actor = .init(kind: kind, id: "jane")
            }.map(\.code)
        }
        #expect(codes(540..<1080, "Test/Plus2") == (isOutside ? [.ar303] : []))
        #expect(codes(nil, "Test/Plus2") == [], "the hour means nothing")
        #expect(codes(540..<1080, nil) == [], "no zone is known")
        #expect(codes(540..<1080, "Test/Plus2", .client) == [], "a client may book at night")
    }

    @Test func `AR305: a cancellation or deletion without a reason`() throws {
        let jane = Entry.Actor(kind: .user, id: "jane")
        for type in [EntryType.cancelled, .deleted] {
            #expect(findings(type) { $0.actor = jane }.map(\.code) == [.ar305], "\(type)")
            #expect(findings(type) { ($0.actor, $0.reason) = (jane, "asked") }.isEmpty, "\(type)")
            #expect(
                findings(type) {
                    $0.actor = jane
                    $0.sealed = [Entry.SealedField(name: "reason.text", digest: .zero)]
                }.isEmpty, "\(type): a reason in words is sealed, and is one")
        }
        #expect(findings(.modified) { $0.actor = jane }.isEmpty, "a change needs none")
        #expect(
            try #require(findings(.deleted) { $0.actor = jane }.first).sentence
                == "Booking A was deleted without a recorded reason.")
    }

    @Test func `AR303 and AR305: of the last word only, and of what the source reported`() {
        var book = Book()
        book.create("A")
        book.add(.cancelled, "A", "06-05 10:00") { $0.actor = .init(kind: .sync, id: "google") }
        book.add(.modified, "A", "06-06 10:00") { $0.actor = .init(kind: .client) }
        let habits: Set<FindingCode> = [.ar303, .ar305]
        #expect(book.report([row("A")]).findings.allSatisfy { !habits.contains($0.code) })
        for basis in [Entry.Basis.observed, .attested, .baseline] {
            var quiet = Book()
            quiet.create("A")
            quiet.add(.deleted, "A", "06-05 10:00") { ($0.basis, $0.actor) = (basis, .init(kind: .job, id: "night")) }
            #expect(quiet.report([]).findings.allSatisfy { !habits.contains($0.code) }, "\(basis)")
        }
    }

    @Test func `AR303 and AR305: not outside the window`() {
        var book = Book()
        book.create("A", booked("07-15 09:30"))
        book.add(.deleted, "A", "06-05 10:00") { $0.actor = .init(kind: .job, id: "night") }
        #expect(book.report([]).findings.isEmpty)
    }
}
