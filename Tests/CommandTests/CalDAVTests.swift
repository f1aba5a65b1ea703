import Bookings
import Foundation
import Testing

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
