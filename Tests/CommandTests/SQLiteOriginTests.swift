import Bookings
import Foundation
import Testing

/// The database of an application that is in use, read by the built program: a booking app made with Django, whose time
/// lies in a request's row and whose client lies in an appointment's, as a date and a time without a zone.
@Suite(.enabled(if: LocalServer.isAvailable, "python3 is not installed: nobody makes the database"))
struct `A schedule in an SQLite database` {
    private let world: World
    private let source: LiveSource

    private static let query =
        "SELECT a.id_request AS ref, r.date AS day, r.start_time AS time, a.phone AS phone, a.client_id AS client "
        + "FROM appointment_appointment a JOIN appointment_appointmentrequest r ON r.id_request = a.id_request"

    private static let place =
        "{ format: sqlite, path: app.sqlite3, query: '\(query)', timeout: 5s, "
        + "map: { booking: ref, start: [day, time], client.phone: phone, client.id: client } }"

    init() throws {
        world = try World()
        source = try LiveSource(in: world, schedule: Self.place)
        try python(
            """
            c.executescript('''
                PRAGMA journal_mode = WAL;
                CREATE TABLE appointment_appointmentrequest (id integer PRIMARY KEY AUTOINCREMENT, date date NOT NULL,
                    start_time time NOT NULL, end_time time NOT NULL, id_request varchar(100));
                CREATE TABLE appointment_appointment (id integer PRIMARY KEY AUTOINCREMENT, phone varchar(20) NOT NULL,
                    want_reminder bool NOT NULL, client_id integer NOT NULL, id_request varchar(100));''')
            for n in range(1, 13):
                c.execute("INSERT INTO appointment_appointmentrequest (date, start_time, end_time, id_request) VALUES (?, ?, ?, ?)",
                          (f"2026-06-{10 + n}", "09:30:00", "10:00:00", f"r{n}"))
                c.execute("INSERT INTO appointment_appointment (phone, want_reminder, client_id, id_request) VALUES (?, 1, ?, ?)",
                          (f"+44 7700 9001{n}", n, f"r{n}"))
            """)
    }

    /// Runs lines of Python with a connection `c` to the database, and commits.
    private func python(_ lines: String, in name: String = "app.sqlite3") throws {
        let script = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n\(lines)\nc.commit()\n"
        let outcome = try world.run("/usr/bin/env", ["python3", "-", name], input: Data(script.utf8))
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func `that loses a row behind the application's back shows it the next night`() throws {
        try source.expectLoss(of: "r5") {
            try python("c.execute(\"DELETE FROM appointment_appointment WHERE id_request = 'r5'\")")
        }
    }

    @Test func `is read as it was committed, while the application writes, and is not changed`() throws {
        let writer = """
            import pathlib, sqlite3, time
            c = sqlite3.connect("app.sqlite3", isolation_level=None)
            c.execute("BEGIN IMMEDIATE")
            c.execute("DELETE FROM appointment_appointment")
            pathlib.Path("writing").touch()
            time.sleep(60)
            """
        try world.write(writer, to: "writer.py")
        let process = try world.start("exec python3 writer.py")
        defer { try? world.kill([process]) }
        while !FileManager.default.fileExists(atPath: world.path("writing")) {
            try #require(process.isRunning)
            usleep(20_000)
        }
        let before = try Data(contentsOf: URL(filePath: world.path("app.sqlite3")))
        let read = try world.daybook("reconcile", "crm", "--dry-run", "--json")
        #expect(read.status == 0, "\(read.errors)")
        #expect(try read.json["appointments"]?.array?.count == 12)
        #expect(try Data(contentsOf: URL(filePath: world.path("app.sqlite3"))) == before)
    }

    @Test func `that cannot be read proves nothing`() throws {
        #expect(try source.night(2).status == 0)
        func place(_ query: String, _ path: String = "app.sqlite3", _ more: String = "timeout: 1s") -> String {
            "{ format: sqlite, path: \(path), query: \"\(query)\", \(more) }"
        }
        try source.expectRefusal(place("SELECT 1", "none.sqlite3"), status: 66, "there is no such file")
        try world.write("booking,start\n" + String(repeating: "A-1,2026-06-11 09:30\n", count: 100), to: "no.sqlite3")
        try source.expectRefusal(
            place("SELECT * FROM a", "no.sqlite3"), status: 65, "the query is refused: file is not a database")
        try world.write(
            "sources: [ { id: crm, schedule: { format: sqlite, path: a, query: \"SELECT '{to}'\" } } ]", to: "open.yaml"
        )
        let open = try world.daybook("reconcile", "crm", "--config", "open.yaml", "--dry-run")
        #expect(open.status == 65 && open.errors.contains("{to} stands for a day of the window"), "\(open.errors)")
        try source.expectRefusal(
            place("SELECT * FROM visits"), status: 65, "the query is refused: no such table: visits")
        for query in [
            "DELETE FROM appointment_appointment", "SELECT 1; SELECT 2", "", ";", "-- nothing",
            "PRAGMA user_version = 3",
            "ATTACH 'other.sqlite3' AS other", "BEGIN", "EXPLAIN SELECT 1", "VACUUM INTO 'copy'",
            "SELECT 1; DELETE FROM appointment_appointment", "CREATE TABLE t (a)",
        ] where !query.isEmpty {
            try source.expectRefusal(place(query), status: 65, "the query is one SELECT")
        }
        try source.expectRefusal(
            place("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) AS booking FROM n"),
            "did not end within 1 s")
        try source.expectRefusal(
            place(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS booking FROM n",
                "app.sqlite3", "maxBytes: 100000"),
            "more than 100000 bytes; raise maxBytes")
        try python("c.execute('DELETE FROM appointment_appointment')")
        let empty =
            "{ format: sqlite, path: app.sqlite3, query: '\(Self.query)', map: { booking: ref, start: [day, time] } }"
        try source.expectRefusal(empty, status: 3)
        // Pages of it are gone: SQLite says so by its own name, and no value of a row.
        try world.shell("cp app.sqlite3 cut.sqlite3; truncate -s 5000 cut.sqlite3").requireZero()
        let cut = try world.daybook("reconcile", "crm", "--dry-run")
        #expect(cut.status == 0)
        try source.expectRefusal(
            place("SELECT id_request AS booking FROM appointment_appointment", "cut.sqlite3"), "the query")
        #expect(!FileManager.default.fileExists(atPath: world.path("copy")))
        #expect(!FileManager.default.fileExists(atPath: world.path("other.sqlite3")))
    }

    @Test func `that another program has locked is not waited for without end`() throws {
        try python("c.execute('CREATE TABLE t (booking, start)')", in: "locked.sqlite3")
        try world.write(
            """
            import pathlib, sqlite3, time
            c = sqlite3.connect("locked.sqlite3", isolation_level=None)
            c.execute("BEGIN EXCLUSIVE")
            pathlib.Path("writing").touch()
            time.sleep(60)
            """, to: "writer.py")
        let process = try world.start("exec python3 writer.py")
        defer { try? world.kill([process]) }
        while !FileManager.default.fileExists(atPath: world.path("writing")) {
            try #require(process.isRunning)
            usleep(20_000)
        }
        try source.expectRefusal(
            "{ format: sqlite, path: locked.sqlite3, query: SELECT * FROM t, timeout: 1s }",
            "another program has the database locked")
    }

    @Test func `has the digest of the CSV that its rows would be`() throws {
        try python(
            """
            c.execute("CREATE TABLE t (booking, start, 'a note', real, none)")
            c.executemany("INSERT INTO t VALUES (?, ?, ?, ?, NULL)", [
                (1, "2026-06-11 09:30", "", 0.1), ("ä,\\"b\\"", "2026-06-11 09:30", "two\\nlines", -2.5),
                (9007199254740993, "2026-06-11 09:30", "x", 1e300)])
            """, in: "rows.sqlite3")
        try source.configure("{ format: sqlite, path: rows.sqlite3, query: SELECT * FROM t ORDER BY rowid }")
        let read = try world.daybook("reconcile", "crm", "--dry-run", "--json")
        #expect(read.status == 0, "\(read.errors)")
        let bookings = try read.json["appointments"]?.array?.compactMap { $0["booking"]?.string }
        #expect(bookings == ["1", "ä,\"b\"", "9007199254740993"], "\(read.output)")
        let oracle = try world.shell(
            #"""
            printf '"booking","start","a note","real","none"\r\n1,"2026-06-11 09:30","",0.1,\r\n"ä,""b""","2026-06-11 09:30","two\nlines",-2.5,\r\n9007199254740993,"2026-06-11 09:30","x",1e+300,\r\n' | openssl dgst -sha256 -binary | base64
            """#)
        let digest = oracle.output.trimmingCharacters(in: .newlines)
        let recorded = try source.night(2).json["snapshot"]?["digest"]?.string
        #expect(recorded == digest)
    }

    @Test func `names the value that is no text, and keeps its row`() throws {
        try python(
            """
            c.execute("CREATE TABLE t (booking, start, service)")
            c.executemany("INSERT INTO t VALUES (?, '2026-06-11 09:30', ?)", [("A", b"\\x01\\x02"), (b"\\x09", "exam"), ("C", "exam")])
            c.execute("INSERT INTO t VALUES ('D', '2026-06-11 09:30', CAST(x'ff41' AS TEXT))")
            """, in: "rows.sqlite3")
        try source.configure("{ format: sqlite, path: rows.sqlite3, query: SELECT * FROM t ORDER BY rowid }")
        let report = try source.night(2)
        let found = try report.json["findings"]?.array?.compactMap { $0["sentence"]?.string } ?? []
        #expect(
            found.contains { $0.hasPrefix("Row 2, column service: bytes, not a text; select hex() of it") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("Row 3, column booking: bytes, not a text") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("Row 5, column service: a text that is not UTF-8") }, "\(found)")
        #expect(try report.json["snapshot"]?["rows"]?.integer == 4)
    }
}
