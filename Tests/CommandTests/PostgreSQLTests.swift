import Foundation
import Testing

/// An application's schedule in a real PostgreSQL, read through psql.
@Suite(
    .enabled(if: PostgreSQL.programs != nil, "there is no PostgreSQL (Debian: postgresql)"))
struct `A schedule in PostgreSQL` {
    private let world: World
    private let database: PostgreSQL
    private let source: LiveSource

    private static let query =
        "SELECT v.id AS booking, v.begins AS start, p.code AS practitioner, v.state AS status, "
        + "c.id AS \"client.id\", c.name AS \"client.name\" FROM visit v JOIN client c ON c.id = v.client "
        + "LEFT JOIN practitioner p ON p.id = v.practitioner ORDER BY v.id"

    private func exec(_ query: String = query, _ more: String = "") -> String {
        let words = [
            "psql", "-h", database.folder, "-U", "postgres", "--csv", "-X", "-v", "ON_ERROR_STOP=1", "-c", query,
        ]
        let quoted = words.map { "'\($0.replacing("'", with: "''"))'" }.joined(separator: ", ")
        return "{ exec: [\(quoted)]\(more) }"
    }

    init() throws {
        world = try World()
        database = try PostgreSQL(in: world)
        try database.run(
            """
            CREATE TABLE client (id text PRIMARY KEY, name text NOT NULL);
            CREATE TABLE practitioner (id int PRIMARY KEY, code text);
            CREATE TABLE visit (id int PRIMARY KEY, begins timestamptz NOT NULL, state text, practitioner int,
                client text REFERENCES client ON DELETE CASCADE);
            INSERT INTO practitioner VALUES (1, 'dr-shah');
            INSERT INTO client SELECT 'C-' || n, 'Ásha "A." Patel, ' || n FROM generate_series(1, 12) n;
            INSERT INTO visit SELECT n, timestamptz '2026-06-10 09:30+01' + n * interval '1 day', 'OK', 1, 'C-' || n
                FROM generate_series(1, 12) n;
            """)
        source = try LiveSource(in: world, schedule: "{ path: none }", status: "{ OK: booked }")
        try source.configure(exec(), status: "{ OK: booked }")
    }

    @Test func `that a cascade takes a row from shows it the next night, with the window of loss`() throws {
        try source.expectLoss(of: "7") { try database.run("DELETE FROM client WHERE id = 'C-7'") }
    }

    @Test func `that a session without triggers takes a row from shows it too`() throws {
        try source.expectLoss(of: "12") {
            try database.run("SET session_replication_role = replica; DELETE FROM visit WHERE id = 12")
        }
    }

    @Test func `that cannot be read proves nothing`() throws {
        #expect(try source.night(2).status == 0)
        try source.expectRefusal(
            exec("SELECT * FROM visits"), "ended with status 1: ERROR: relation \"visits\" does not exist")
        // A value of a row is in the server's words, and not in ours.
        try database.run("UPDATE client SET name = 'Secret Name' WHERE id = 'C-1'")
        try source.expectRefusal(exec("SELECT name::int FROM client"), "invalid input syntax for type integer: \"…\"")
        try source.expectRefusal(exec("SELECT pg_sleep(60)", ", timeout: 1s"), "did not end within 1 s")
        try source.expectRefusal(exec("SELECT 1").replacing(database.folder, with: "/nowhere"), "ended with status 2")
        try source.expectRefusal(
            exec("SELECT repeat('x', 9999) AS booking FROM client", ", maxBytes: 5000"), "more than 5000")
        // Cut off in the middle of its answer, as when the server goes down.
        try source.expectRefusal(
            exec("SELECT id AS booking, 1/(12 - id) AS start FROM visit ORDER BY id"), "ended with status 1")
        try database.run("DELETE FROM visit")
        try source.configure(exec(), status: "{ OK: booked }")
        let empty = try source.night(4)
        #expect(empty.status == 3, "\(empty.output)\(empty.errors)")
        #expect(try empty.json.findings.contains { $0.code == "AR202" })
    }
}
