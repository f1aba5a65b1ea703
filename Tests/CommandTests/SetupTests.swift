import Bookings
import Foundation
import TestSupport
import Testing

/// `daybook setup` as a practice's manager would run it; all people are invented.
struct `A practice that sets itself up` {
    static let answers = [
        "--zone", "Europe/London", "--complete", "--cancelled", "kept", "--origin", "Riverside Dental", "--timer",
        "cron",
        "--yes",
    ]

    static let british = """
        Appointment ID,Date,Time,Dentist,Status,Patient No,Patient name
        10231,24/03/2026,09:30,Dr Shah,Confirmed,C-204,Asha Patel
        10232,14/04/2026,11:00,Dr Shah,DNA,C-317,Tom Reed
        10240,05/04/2026,14:00,Dr Lee,Cancelled,C-204,Asha Patel

        """

    /// A world with an export that was written on a night in March.
    static func world(_ bytes: [UInt8] = Array(british.utf8)) throws -> World {
        let world = try World()
        try Data(bytes).write(to: URL(filePath: world.path("export.csv")))
        try #require(try world.shell("touch -d 2026-03-05T02:00:00Z export.csv").status == 0)
        return world
    }

    @Test func `has a ledger, a configuration and a first night from one line`() throws {
        let world = try Self.world()
        let made = try world.daybook(["setup", "export.csv"] + Self.answers)
        made.expect(
            0,
            says: [
                "the start: \"Date\" and \"Time\"", "dd/MM/yyyy: 2 starts have a day above 12",
                "The status \"DNA\" (1 row) means noshow", "3 rows, from Tuesday 24 March 2026 at 09:30",
                "Booking 10231: a client, Tuesday 24 March 2026 at 09:30 with Dr Shah, booked",
                "write the fingerprint down", "crontab -e",
            ])
        #expect(
            made.output.contains("3 seen for the first time")
                && made.output.contains("Crontab     0 "))
        #expect(made.output.contains("Verifier    riverside-dental.example/daybook+"))
        // Names are for a person at a terminal, and here is none.
        #expect(!made.errors.contains("Asha") && !made.output.contains("Asha"))
        try world.daybook("doctor").expect(0, says: [])
        #expect(try world.daybook("history", "10231").status == 0)
        let read = try world.daybook("reconcile", "export", "--dry-run", "--json")
        #expect(read.output.contains("2026-03-24T09:30:00+00:00"))
        // The next night finds what is gone.
        try world.shell("sed -i /10231/d export.csv; touch -d 2026-03-06T02:00:00Z export.csv").expect(0, says: [])
        let next = try world.daybook("observe", "export", "--json")
        #expect(next.status == 1 && next.output.contains("\"AR101\"") && next.output.contains("10231"))
    }

    @Test(
        arguments: [
            (
                windows1252(
                    "Termin-Nr;Datum;Uhrzeit;Behandler;Status;Patient\r\n"
                        + "A-1;24.03.2026;9:30;Dr. Öz;Bestätigt;Jörg Grün\r\nA-7;5.4.2026;14:00;Dr. Öz;Abgesagt;Änne Weiß\r\n"
                ),
                "Europe/Berlin", "2026-03-24T09:30:00+01:00"
            ),
            (
                Array(
                    ("sep=;\nApptID;Appointment Date;Appointment Time;Provider;Status;Patient Name\n"
                        + "A-1;3/24/2026;1:30 PM;Dr. Diaz;Scheduled;Ann Park\nA-7;4/5/2026;9:00 AM;Dr. Diaz;Canceled;Bo Ray\n")
                        .utf8),
                "America/New_York", "2026-03-24T13:30:00-04:00"
            ),
            (
                [0xff, 0xfe]
                    + "Ref\tStart\tStatus\tPatient No\nA-1\t2026-03-24T09:30\tbooked\tC-1\nA-7\t2026-04-05 10:00\tcancelled\tC-2\n"
                    .utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] },
                "Europe/Madrid", "2026-03-24T09:30:00+01:00"
            ),
        ] as [([UInt8], String, String)])
    func `is understood in whatever its software writes`(bytes: [UInt8], zone: String, start: String) throws {
        let world = try Self.world(bytes)
        var answers = Self.answers
        answers[1] = zone
        let made = try world.daybook(["setup", "export.csv", "--json"] + answers)
        made.expect(0, says: [])
        let json = try made.json
        #expect(json["format"]?.string == "daybook-setup/v1" && json["report"]?["findings"]?.array?.isEmpty == true)
        #expect(try world.daybook("reconcile", "export", "--dry-run", "--json").output.contains(start))
    }

    private static let withoutIDs = """
        Datum;Uhrzeit;Behandler;Patient;Status
        24.03.2026;09:30;Dr. Öz;Jörg Grün;Bestätigt
        24.03.2026;10:00;Dr. Öz;Änne Weiß;Bestätigt
        05.04.2026;14:00;Dr. Öz;Bo Ray;Abgesagt

        """

    @Test func `whose export has no ids has them made, and sees a move as one`() throws {
        let world = try Self.world(Array(Self.withoutIDs.utf8))
        try world.daybook(["setup", "export.csv"] + Self.answers)
            .expect(64, says: ["--map booking=Ref, or --identity client.name,practitioner,start"])
        for (words, why) in [
            ("client.id,start", "no column is known to hold client.id"), ("status", "each once, of"),
            ("start,start", "each once"),
        ] {
            let refused = try world.daybook(["setup", "export.csv", "--identity", words] + Self.answers)
            #expect(refused.status != 0 && refused.errors.contains(why), "\(refused.errors)")
        }
        try world.daybook(["setup", "export.csv", "--identity", "start", "--map", "booking=Patient"] + Self.answers)
            .expect(64, says: ["--identity is for a file without ids"])
        let lines = [
            "Nr", "none", "client.id, start", "start, practitioner, client.name", "Europe/Berlin", "yes", "-7d", "+60d",
            "yes",
            "kept", "Praxis", "", "crm", "", "", "none", "none",
        ]
        let made = try world.daybook(
            ["setup", "export.csv", "--interactive"], input: Data((lines.joined(separator: "\n") + "\n").utf8))
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.errors.components(separatedBy: "That is not it").count == 3)
        #expect(made.errors.contains("A booking: Jörg Grün, Tuesday 24 March 2026 at 09:30 with Dr. Öz"))
        let yaml = try String(contentsOfFile: world.path("daybook.yaml"), encoding: .utf8)
        #expect(yaml.contains("identity: [start, practitioner, client.name]") && yaml.contains("client.id: [Patient]"))
        try world.shell(
            "sed -i 's/24.03.2026;09:30/25.03.2026;11:00/' export.csv; touch -d 2026-03-06T02:00:00Z export.csv"
        )
        .expect(0, says: [])
        let moved = try world.daybook("observe", "crm", "--json")
        #expect(try moved.json.findings.filter { $0.severity != "info" }.map(\.code) == ["AR111"], "\(moved.output)")
    }

    @Test func `is told all that is missing at once where nobody can be asked, and waits for nothing`() throws {
        let world = try Self.world(Array(Self.british.replacing("DNA", with: "Quux").utf8))
        let outcome = try world.bounded(
            "mkfifo never; exec 3<> never; rm never; timeout 20 daybook setup export.csv --at 04:00 <&3")
        outcome.expect(
            64,
            says: [
                "nothing was written", "--status Quux=booked", "--zone Europe/London", "--from today", "--to +90d",
                "--complete", "--cancelled kept", "--origin", "--source", "--path", "--email", "--timer",
                "--yes takes what is proposed",
            ])
        #expect(!outcome.errors.contains("--at 03:00") && outcome.output.isEmpty)
        // What the file leaves open is never taken from a proposal.
        let again = try world.daybook(["setup", "export.csv"] + Self.answers)
        again.expect(64, says: ["--status Quux=booked"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder.path) == ["export.csv"])
        let said = try world.daybook(["setup", "export.csv", "--status", "Quux=pending"] + Self.answers)
        said.expect(0, says: [])
    }

    @Test func `answers in a conversation, is asked again on nonsense, and may correct what was read`() throws {
        let world = try Self.world()
        let lines = [
            "Europe/Londn", "Europe/London", "service=Dentist", "start=Nowhere", "yes", "", "soon", "+60d", "perhaps",
            "yes", "", "///", "Riverside Dental", "", "crm", "", "25:00", "04:30", "none", "none",
        ]
        let outcome = try world.daybook(
            ["setup", "export.csv", "--interactive"], input: Data((lines.joined(separator: "\n") + "\n").utf8))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: "That is not it").count == 7)
        #expect(outcome.errors.contains("Booking 10231: Asha Patel, Tuesday 24 March 2026 at 09:30"))
        let yaml = try String(contentsOfFile: world.path("daybook.yaml"), encoding: .utf8)
        for line in ["to: +60d", "complete: yes", "cancelled: kept", "id: crm", "service: [Dentist]"] {
            #expect(yaml.contains(line + "\n"), "\(yaml)")
        }
    }

    @Test func `may do so at a terminal`() throws {
        let world = try Self.world()
        let lines = ["Europe/London", "yes", "", "", "yes", "", "Riverside", "", "", "", "", "", "cron"]
        try world.write(lines.joined(separator: "\n") + "\n", to: "answers")
        let outcome = try world.bounded("script -qec 'daybook setup export.csv' /dev/null < answers")
        try #require(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("Booking 10231: Asha Patel"))
        try world.daybook("doctor").expect(0, says: [])
    }

    @Test func `that stops answering has nothing written`() throws {
        let world = try Self.world()
        let outcome = try world.daybook(
            ["setup", "export.csv", "--interactive"], input: Data("Europe/London\nyes\n\n".utf8))
        outcome.expect(66, says: ["the answers ended", "nothing was written"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder.path) == ["export.csv"])
    }

    @Test func `sees with --dry-run what would be written, which is what is`() throws {
        let world = try Self.world()
        let shown = try world.daybook(["setup", "export.csv", "--dry-run"] + Self.answers)
        shown.expect(0, says: [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder.path) == ["export.csv"])
        try world.daybook(["setup", "export.csv"] + Self.answers).expect(0, says: [])
        #expect(try String(contentsOfFile: world.path("daybook.yaml"), encoding: .utf8) == shown.output)
    }

    @Test(
        arguments: [
            ("--zone", "BST"), ("--from", "soon"), ("--to", "later"), ("--cancelled", "maybe"), ("--at", "24:00"),
            ("--email", "a b@c"), ("--timer", "launchd"), ("--source", "a b"), ("--origin", "///"), ("--dates", "dd"),
            ("--map", "start"), ("--map", "when=Date"), ("--status", "DNA=gone"), ("--encoding", "latin"),
            ("--delimiter", "tabs"),
        ])
    func `is told which option is nonsense`(option: String, text: String) throws {
        let world = try Self.world()
        // A later option takes the place of an earlier one.
        let outcome = try world.daybook(["setup", "export.csv"] + Self.answers + [option, text])
        #expect(outcome.status == 64 && outcome.errors.contains(text), "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder.path) == ["export.csv"])
    }
}

private func windows1252(_ text: String) -> [UInt8] { Array(text.data(using: .windowsCP1252)!) }
