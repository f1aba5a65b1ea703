import Schedules
import Testing

/// Where the configuration says that a schedule comes from.
struct `The origin of a schedule` {
    private func place(_ schedule: String) throws -> ScheduleOrigin {
        let text = "sources:\n  - id: crm\n    schedule: \(schedule)\n"
        #expect(Configuration.mistakes(in: text).map(\.description) == [])
        return try #require(Configuration.reading(text).sources.first?.schedule?.origin)
    }

    @Test func `is each of the places, with what goes with it`() throws {
        #expect(try place("{ path: export.csv }") == ScheduleOrigin(.file("/set/up/export.csv")))
        #expect(
            try place("{ url: 'https://crm.example/x?a=1', tokenFile: token, timeout: 5s, maxBytes: 1000 }")
                == ScheduleOrigin(
                    .web(url: "https://crm.example/x?a=1", .token(file: "/set/up/token")), timeout: 5, largest: 1000))
        #expect(
            try place("{ url: 'http://localhost:8080/', userFile: /etc/user }")
                == ScheduleOrigin(.web(url: "http://localhost:8080/", .user(file: "/etc/user"))))
        #expect(
            try place("{ exec: [psql, --csv, -c, 'SELECT 1; -- $x'] }")
                == ScheduleOrigin(.program(["psql", "--csv", "-c", "SELECT 1; -- $x"], folder: "/set/up/")))
        #expect(try place("{ exec: [./say] }") == ScheduleOrigin(.program(["/set/up/./say"], folder: "/set/up/")))
        #expect(
            try place("{ format: sqlite, path: app.db, query: SELECT 1, timeout: 9s }")
                == ScheduleOrigin(.database(path: "/set/up/app.db", query: "SELECT 1"), timeout: 9))
        #expect(
            try place("{ format: caldav, url: 'https://dav.example/jane/work/' }")
                == ScheduleOrigin(.calendar(url: "https://dav.example/jane/work/", nil)))
    }

    @Test func `is told without what may be secret`() throws {
        #expect(try place("{ url: 'https://crm.example/x?key=hush#a' }").name == "https://crm.example/x")
        #expect(try place("{ exec: [psql, -c, hush] }").name == "psql")
    }

    @Test(
        arguments: [
            ("{ format: csv }", "a schedule must have one of the keys path, url, exec"),
            ("{ path: a, url: 'https://a.example/' }", "a schedule must have one of the keys path, url, exec"),
            ("{ path: a, query: SELECT 1 }", "\"query\" goes with \"format: sqlite\""),
            ("{ path: a, tokenFile: t }", "\"tokenFile\" goes with \"url\""),
            ("{ path: a, timeout: 5s }", "\"timeout\" goes with \"url\", \"exec\" or \"format: sqlite\""),
            ("{ exec: [a], userFile: t }", "\"userFile\" goes with \"url\""),
            ("{ exec: a }", "\"exec\" must be a list, as"),
            ("{ exec: [] }", "\"exec\" must be a list: a program, and its arguments; no shell reads it"),
            ("{ exec: [[a]] }", "the name of a program or an argument must stand here"),
            ("{ format: sqlite, path: a }", "a schedule needs the key \"query\""),
            ("{ format: sqlite, url: 'https://a.example/', query: S }", "\"format: sqlite\" goes with \"path\""),
            ("{ format: sqlite, path: a, query: S, delimiter: ';' }", "\"delimiter\" goes with a file"),
            ("{ format: caldav, path: a }", "\"format: caldav\" goes with \"url\""),
            ("{ format: caldav, url: 'https://a.example/', map: { booking: x } }", "\"map\" goes with rows"),
            ("{ url: crm.example }", "an address starts with https:// or http://"),
            ("{ url: 'https://jane:hush@crm.example/' }", "an address has no name or password in it"),
            ("{ url: 'http://crm.example/', tokenFile: t }", "a secret is sent to an https:// address only"),
            ("{ url: 'http://crm.example/', userFile: t }", "a secret is sent to an https:// address only"),
            ("{ url: 'https://a.example/', tokenFile: t, userFile: u }", "one of \"tokenFile\" and \"userFile\""),
            ("{ url: 'https://a.example/', timeout: 2h }", "\"timeout\" must be from 1s to 1h"),
            ("{ url: 'https://a.example/', maxBytes: 0 }", "\"maxBytes\" must be a whole number from 1 to"),
            ("{ format: xlsx, path: a }", "\"format\" must be one of csv, ndjson"),
            ("{ format: xlsx, path: a }", "sqlite, caldav"),
        ])
    func `that is a mistake is named by its line`(_ schedule: String, _ words: String) {
        let mistakes = Configuration.mistakes(in: "sources:\n  - id: crm\n    schedule: \(schedule)\n")
        #expect(mistakes.contains { $0.line == 3 && $0.sentence.contains(words) }, "\(mistakes)")
        #expect(!mistakes.contains { $0.sentence.contains("hush") })
    }
}
