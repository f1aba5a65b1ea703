import Bookings
import Foundation
import Testing

@testable import Schedules

/// A schedule that lives on a real CalDAV server.
@Suite(.enabled(if: Radicale.python != nil, "there is no Python with Radicale (PyPI: radicale)"))
struct `A calendar on Radicale` {
    private let world: World
    private let server: Radicale
    private let source: LiveSource

    init() throws {
        world = try World()
        server = try Radicale(in: world)
        for number in 1...8 { try server.write("A-\(number)", start: "2026061\(number)T093000") }
        try world.write("jane:pass word\n", to: "user")
        try world.shell("chmod 600 user").requireZero()
        source = try LiveSource(
            in: world, schedule: "{ format: caldav, url: '\(server.calendar)', userFile: user, timeout: 10s }",
            status: "{ CONFIRMED: booked, CANCELLED: cancelled }")
    }

    @Test func `that loses a file from the server's disk shows it the next night, with the window of loss`() throws {
        // Not in the window that the configuration asks about.
        try server.write("OLD", start: "20250611T093000")
        try source.expectLoss(of: "A-3") { try world.shell("rm '\(server.file("A-3"))'").requireZero() }
        let report = try source.night(4).json
        #expect(report["snapshot"]?["rows"]?.integer == 7)
    }

    @Test func `that loses a booking to a client's DELETE shows it too`() throws {
        try source.expectLoss(of: "A-8") {
            try world.shell("curl -sf -u 'jane:pass word' -X DELETE '\(server.calendar)A-8.ics'").requireZero()
        }
    }

    @Test func `is given as one stream, in the order of the events' addresses, of the window alone`() throws {
        try server.write("OLD", start: "20250611T093000")
        let credentials = ScheduleOrigin.Credentials.user(file: world.path("user"))
        let origin = ScheduleOrigin(.calendar(url: server.calendar, credentials), timeout: 10)
        var coverage = Coverage(source: "crm", takenAt: Timestamp(seconds: 1_780_000_000))
        coverage.from = WallTime(canonical: "2026-06-13T00:00:00+01:00")
        coverage.to = WallTime(canonical: "2026-06-16T00:00:00+01:00")
        let received = try origin.receive(as: ScheduleLayout(), covering: coverage, now: coverage.takenAt)
        let lines = String(decoding: received.bytes, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.filter { $0.hasPrefix("UID:") } == (2...6).map { "UID:A-\($0)" }, "a day wider on both sides")
        #expect(lines.count { $0 == "BEGIN:VCALENDAR" } == 5 && lines.count { $0 == "END:VCALENDAR" } == 5)
        #expect(lines.contains("DTSTART;TZID=Europe/London:20260613T093000"))
        #expect(!lines.contains { $0.contains("\n") || $0.contains("\r") } && lines.last == "")
        #expect(received.takenAt == coverage.takenAt && received.shortfalls == [])
        // Nothing in the window is a calendar without events, and no empty file.
        coverage.from = WallTime(canonical: "2027-06-13T00:00:00+01:00")
        coverage.to = nil
        let none = try origin.receive(as: ScheduleLayout(), covering: coverage, now: coverage.takenAt)
        #expect(none.bytes.starts(with: "BEGIN:VCALENDAR\r\n".utf8) && !none.bytes.isEmpty)
    }

    @Test func `that cannot be read, or is none, proves nothing`() throws {
        #expect(try source.night(2).status == 0)
        func place(_ url: String, _ more: String = "userFile: user") -> String {
            "{ format: caldav, url: '\(url)', timeout: 5s, \(more) }"
        }
        try source.expectRefusal(place(server.home), "there is no calendar at this address")
        try source.expectRefusal(place(server.calendar + "none/"), "it answered 404")
        try source.expectRefusal(place(server.calendar, "maxBytes: 100000"), "is the secret in its file right?")
        try source.expectRefusal(place(server.calendar, "userFile: user, maxBytes: 500"), "longer than 500 bytes")
        try source.expectRefusal(place("http://127.0.0.1:1/jane/work/"), "nobody answers there")
        try world.shell("rm dav/collection-root/jane/work/*.ics").requireZero()
        try source.expectRefusal(place(server.calendar), status: 3)
    }
}

/// What a calendar server may do that Radicale does not.
@Suite(.enabled(if: LocalServer.isAvailable, "python3 is not installed: no server"))
struct `A calendar server of another kind` {
    private let world: World
    private let server: ScheduleServer

    init() throws {
        world = try World()
        try world.write(Exports.csv(1...9), to: "export.csv")
        server = try ScheduleServer(in: world)
    }

    private func received(_ path: String) throws -> Received {
        let origin = ScheduleOrigin(.calendar(url: server.address + path, nil), timeout: 10)
        let coverage = Coverage(source: "crm", takenAt: Timestamp(seconds: 1_780_000_000))
        return try origin.receive(as: ScheduleLayout(), covering: coverage, now: coverage.takenAt)
    }

    private func count(_ received: Received) -> Int {
        String(decoding: received.bytes, as: UTF8.self).components(separatedBy: "\r\nUID:").count - 1
    }

    @Test func `gives all, and is asked once`() throws {
        let whole = try received("/dav/whole/")
        #expect(whole.shortfalls == [] && count(whole) == 9)
        #expect(try server.requests.map(\.host) == ["1", "1"], "the depth of both reports")
    }

    @Test func `that leaves something out is asked again, and makes the reading a partial one`() throws {
        for (kind, rows, reason) in [
            ("lacking", 8, "the server named 1 calendar objects and did not give them"),
            ("denied", 8, "the server named 1 calendar objects and did not give them"),
            ("full", 9, "the server says that its answer is not whole"),
        ] {
            let partial = try received("/dav/\(kind)/")
            #expect(partial.shortfalls == [reason], "\(kind)")
            #expect(count(partial) == rows, "\(kind)")
        }
        #expect(try server.requests.count { $0.path == "/dav/lacking/" } == 4)
    }

    @Test func `in which something changes meanwhile is asked again, and is whole`() throws {
        let changed = try received("/dav/changing/")
        #expect(changed.shortfalls == [] && count(changed) == 9)
        #expect(try server.requests.count == 4)
    }

    @Test func `whose answer is cut off, or that has no calendar there, is refused`() {
        for path in ["/dav/cut/", "/home/"] {
            let error = #expect(throws: ScheduleError.self) { try received(path) }
            guard case .unavailable = error else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
        }
    }

    @Test func `that leaves something out proves nothing lost`() throws {
        func place(_ kind: String) -> String {
            "{ format: caldav, url: '\(server.address)/dav/\(kind)/', timeout: 10s }"
        }
        let source = try LiveSource(in: world, schedule: place("whole"))
        let first = try source.night(2)
        #expect(first.status == 0, "\(first.output)\(first.errors)")
        for kind in ["lacking", "denied", "hollow", "empty"] { try source.expectRefusal(place(kind), status: 3) }
        let partial = try source.night(5).json.findings
        #expect(partial.contains { $0.code == "AR201" })
        #expect(!partial.contains { $0.code == "AR101" && $0.confidence == "proven" })
    }
}
