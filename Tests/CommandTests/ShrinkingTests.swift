import Bookings
import Foundation
import TestSupport
import Testing

/// A practice whose schedule loses a booking, and then many at once that it gave up on purpose.
struct `A practice that shrinks` {
    private func export(_ numbers: some Sequence<Int>, _ time: String, in world: World) throws {
        let rows = numbers.map { number in
            let hour = 8 + number % 10
            let day = 10 + number / 10
            return "A-\(number),2099-03-\(day)T\(hour < 10 ? "0" : "")\(hour):00:00+00:00,booked,dr-shah,C-\(number)\n"
        }
        try world.write("booking,start,status,practitioner,client.id\n" + rows.joined(), to: "crm.csv")
        try #require(world.shell("touch -d '\(time)' crm.csv").status == 0)
    }

    private func codes(_ night: World.Outcome) throws -> [String?] {
        let report = try night.json["sources"]?.array?.first?["report"]
        return report?["findings"]?.array?.filter { $0["severity"]?.string != "info" && $0["code"]?.string != "AR406" }
            .map { $0["code"]?.string } ?? []
    }

    @Test func `keeps what was lost before in sight, and takes one word for what it meant`() throws {
        let world = try World()
        try world.initialize()
        try world.write(
            """
            sources:
              - id: crm
                feed: snapshots
                zone: Europe/London
                coverage: { complete: yes, cancelled: kept }
                schedule: { path: crm.csv }
            alerts: [ { email: ana@example.org, sendmail: \(world.path("tell")), when: always } ]
            """, to: "daybook.yaml")
        try world.write("#!/bin/sh\ncat > \(world.path("mail"))\n", to: "tell")
        try #require(world.shell("chmod 755 tell").status == 0)
        try export(0..<40, "6 hours ago", in: world)
        let first = try world.daybook("nightly")
        #expect(first.status == 0, "\(first.output)\(first.errors)")
        try export(1..<40, "5 hours ago", in: world)
        #expect(try world.daybook("nightly").status == 1)

        // The night the export lacks ten more: in doubt, and the one of before is told all the same.
        try export(11..<40, "4 hours ago", in: world)
        let doubt = try world.daybook("nightly")
        #expect(doubt.status == 3, "\(doubt.output)")
        #expect(doubt.output.contains("Found before, and not settled by this night: AR101 A-0."))
        #expect(doubt.output.contains("10 of 40 expected bookings (25 %) are not in the export"))
        #expect(doubt.output.contains("1 more was missing before"))
        let mail = try String(contentsOfFile: world.path("mail"), encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(mail.contains("Still open (1)") && mail.contains("not settled by this night"), "\(mail)")
        #expect(
            mail.contains(
                "1 is missing from the schedule, the schedule is in doubt, and 10 appointments could not be judged"),
            "\(mail)")
        #expect(mail.contains("daybook reconcile crm --allow"), "\(mail)")
        #expect(!mail.contains("Proven"))

        // One more is lost, and the export is in doubt still: that is no other doubt.
        try export(12..<40, "3 hours ago", in: world)
        let more = try world.daybook("nightly")
        #expect(more.status == 3 && !more.output.contains("No longer found"), "\(more.output)")

        // A night that cannot read the export forgets nothing.
        try world.shell("mv crm.csv away").expect(0, says: [])
        let unread = try world.daybook("nightly")
        #expect(
            unread.status == 3 && unread.output.contains("not settled by this night: AR101 A-0"), "\(unread.output)")
        let short = try String(contentsOfFile: world.path("mail"), encoding: .utf8)
        #expect(short.contains("Still open (2)") && short.contains("AR101 A-0"), "\(short)")
        try world.shell("mv away crm.csv").expect(0, says: [])

        // Somebody says that it is right: once, and for good.
        let allowed = try world.daybook("reconcile", "crm", "--allow-mass-disappearance", "--by", "jane", "--json")
        #expect(allowed.status == 1)
        #expect(try allowed.json.findings.count { $0.code == "AR101" } == 12)
        try export(12..<40, "2 hours ago", in: world)
        let after = try world.daybook("nightly", "--json")
        #expect(after.status == 1)
        #expect(try codes(after) == Array(repeating: "AR101", count: 12))

        let list = try world.daybook("findings", "--json")
        let ids = try list.json["findings"]?.array?.filter { $0["code"]?.string == "AR101" }.compactMap {
            $0["id"]?.integer
        }
        let known = try #require(ids)
        #expect(known.count == 12)
        let none = try world.daybook(
            "findings", "ack", "900-999", "--by", "jane", "--reason", "left", "--until", "+300d")
        #expect(none.status == 66 && none.errors.contains("from 900 to 999"))
        for wrong in ["9-3", "x", "1-2-3", "-", "0"] {
            let refused = try world.daybook(
                "findings", "ack", "--by", "jane", "--reason", "left", "--until", "+300d", "--", wrong)
            #expect(refused.status == 64, "\(wrong): \(refused.output)\(refused.errors)")
        }
        let acknowledged = try world.daybook(
            "findings", "ack", "\(known.min()!)-\(known.max()!)", "--by", "jane", "--reason", "left", "--until", "+300d"
        )
        #expect(acknowledged.status == 0, "\(acknowledged.errors)")
        #expect(acknowledged.output.split(separator: "\n").count >= 12)
        try export(12..<40, "1 hour ago", in: world)
        let last = try world.daybook("nightly")
        #expect(last.status == 0, "\(last.output)")
        let attested = try world.daybook(
            "attest", "A-1", "A-2", "A-3", "--cancelled", "--by", "jane", "--reason", "practice-closed")
        #expect(attested.status == 0 && attested.output.split(separator: "\n").count == 3, "\(attested.errors)")
        let unknown = try world.daybook(
            "attest", "A-4", "A-999", "--cancelled", "--by", "jane", "--reason", "practice-closed")
        #expect(unknown.status == 66 && !unknown.output.contains("A-4"), "all are looked up before one is attested")
        #expect(try world.daybook("verify", "--projections").status == 0)
    }
}
