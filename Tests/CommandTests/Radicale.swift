import Foundation
import Testing

/// A Radicale of the tests' own (from PyPI), with its files in a folder of a world: a CalDAV server as practices run it.
final class Radicale {
    private let world: World
    private let process: Process
    /// The calendar's address.
    let calendar: String
    /// The address of the calendars of the user.
    let home: String

    /// A Python that has it; `nil` where there is none.
    static let python: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin"]
        return folders.map { "\($0)/python3" }.first { path in
            FileManager.default.isExecutableFile(atPath: path)
                && (try? World().run(path, ["-c", "import radicale"]).status) == 0
        }
    }()

    /// Starts one that knows jane, whose password is `pass word`, and her calendar `work`.
    init(in world: World) throws {
        self.world = world
        let python = try #require(Radicale.python)
        let free = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        let port = try world.run(python, ["-c", free]).output.trimmingCharacters(in: .newlines)
        home = "http://127.0.0.1:\(port)/jane/"
        calendar = home + "work/"
        try world.shell("mkdir -p dav/collection-root/jane/work").requireZero()
        try world.write("jane:pass word\n", to: "htpasswd")
        try world.write(#"{"tag": "VCALENDAR"}"#, to: "dav/collection-root/jane/work/.Radicale.props")
        try world.write(
            """
            [server]
            hosts = 127.0.0.1:\(port)
            [auth]
            type = htpasswd
            htpasswd_filename = \(world.path("htpasswd"))
            htpasswd_encryption = plain
            delay = 0
            [storage]
            filesystem_folder = \(world.path("dav"))
            """, to: "radicale.ini")
        process = try world.start("exec '\(python)' -m radicale --config radicale.ini 2>radicale.log")
        for _ in 0..<600 {
            let isThere = "import socket; socket.create_connection(('127.0.0.1', \(port)))"
            if try world.run(python, ["-c", isThere]).status == 0 { return }
            usleep(50_000)
        }
        Issue.record("the calendar server did not start")
    }

    deinit { try? world.kill([process]) }

    /// The file of a booking, on the server's own disk.
    func file(_ booking: String) -> String { "dav/collection-root/jane/work/\(booking).ics" }

    /// Writes a booking to the server's disk; its start is a local time of London, as `20260611T093000`.
    func write(_ booking: String, start: String, status: String = "CONFIRMED") throws {
        let lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", "BEGIN:VTIMEZONE", "TZID:Europe/London",
            "BEGIN:STANDARD", "DTSTART:19961027T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000", "TZNAME:GMT",
            "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:19810329T010000",
            "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "TZNAME:BST", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
            "END:DAYLIGHT", "END:VTIMEZONE", "BEGIN:VEVENT", "UID:\(booking)", "DTSTAMP:20260101T000000Z",
            "DTSTART;TZID=Europe/London:\(start)", "DURATION:PT30M", "SUMMARY:Exam", "STATUS:\(status)", "END:VEVENT",
            "END:VCALENDAR", "",
        ]
        try world.write(lines.joined(separator: "\r\n"), to: file(booking))
    }
}
