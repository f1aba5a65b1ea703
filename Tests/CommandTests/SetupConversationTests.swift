import Foundation
import TestSupport
import Testing

/// What a person who sets up may mistype, and be helped with; all people are invented.
struct `A conversation about an export` {
    private func world(_ text: String) throws -> World { try `A practice that sets itself up`.world(Array(text.utf8)) }

    /// Sets up with these answers in turn.
    private func talk(_ world: World, _ lines: [String], _ options: String...) throws -> World.Outcome {
        try world.daybook(
            ["setup", "export.csv", "--interactive"] + options,
            input: Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    private func yaml(_ world: World) throws -> String {
        try String(contentsOfFile: world.path("daybook.yaml"), encoding: .utf8)
    }

    /// What is answered after the rows were confirmed.
    private static let rest = ["", "+60d", "yes", "kept", "Praxis", "", "crm", "", "", "none", "none"]

    private static let british = `A practice that sets itself up`.british

    private static let withoutIDs = """
        Datum;Uhrzeit;Behandler;Wer;Status
        24.03.2026;09:30;Dr. Öz;Jörg Grün;Bestätigt
        24.03.2026;10:00;Dr. Öz;Änne Weiß;Bestätigt
        05.04.2026;14:00;Dr. Öz;Bo Ray;Abgesagt

        """

    @Test func `says how a column is named of which ids are to be made, and takes it at once`() throws {
        let world = try world(Self.withoutIDs)
        let said = try talk(
            world,
            [
                "none", "client.name, start", "Wer, start", "client.name=Nobody", "client.name=Wer", "",
                "Europe/Berlin",
                "yes",
            ] + Self.rest)
        #expect(said.status == 0, "\(said.errors)")
        for line in [
            "no column is known to hold client.name; name it first, as client.name=Wer",
            "say first what it holds, as client.name=Wer", "no column is called \"Nobody\"",
            "[client.name, practitioner, start] > ",
        ] {
            #expect(said.errors.replacing(/\s+/, with: " ").contains(line), "\(said.errors)")
        }
        #expect(try yaml(world).contains("identity: [client.name, practitioner, start]"))
    }

    @Test func `takes what ids are made of when the rows were shown`() throws {
        let world = try world(Self.withoutIDs)
        let said = try talk(
            world,
            [
                "none", "practitioner, start", "Europe/Berlin", "identity=client.name,start", "client.name=Wer",
                "client.name,start",
            ]
                + ["client.name=-", "client.name=Wer", "start, client.name"]
                + ["identity=client.name,practitioner,start", "yes"] + Self.rest)
        #expect(said.status == 0, "\(said.errors)")
        #expect(said.errors.contains("So far ids are made of practitioner, start, and of nothing of the client."))
        #expect(said.errors.contains("So far ids were made of client.name, start."))
        #expect(said.errors.components(separatedBy: "That is not it").count == 2)
        #expect(try yaml(world).contains("identity: [client.name, practitioner, start]"))
    }

    @Test func `may find when the rows were shown that what was taken for ids are none`() throws {
        let world = try world(Self.british)
        let said = try talk(
            world, ["Europe/London", "booking=none", "client.name, start", "yes"] + Self.rest)
        #expect(said.status == 0, "\(said.errors)")
        #expect(try yaml(world).contains("identity: [client.name, start]"))
    }

    /// More columns than are joined.
    private static let long = "note=Patient name+Dentist+Dentist+Dentist+Dentist+Dentist+Dentist+Dentist+Dentist"

    @Test func `takes a correction back with which the export could not be read`() throws {
        let world = try world(Self.british)
        let said = try talk(
            world,
            [
                "Europe/London", "dates=MM/dd/yyyy", "start=-", "start=Dentist+Time", "note=Date+Dentist",
                "start = Date + Time", Self.long, "DNAA=noshow", "DNA=gone", "yes",
            ]
                + Self.rest)
        #expect(said.status == 0, "\(said.errors)")
        let words = said.errors.replacing(/\s+/, with: " ")
        for line in [
            "with it the dates cannot be read: 2 of 3 are not written as MM/dd/yyyy",
            "an appointment without a start is none",
            "with it no column holds the start; name those first", "with it the export cannot be read: export.csv",
            "\"note\" is mapped to more than 8 columns",
            "no row has the status \"DNAA\"; the words are \"Cancelled\", \"Confirmed\", \"DNA\"",
            "\"DNA\" means one of",
        ] {
            #expect(words.contains(line), "\(line): \(said.errors)")
        }
        #expect(said.errors.components(separatedBy: "That is not it").count == 8)
        #expect(try yaml(world).contains("dates: dd/MM/yyyy"))
    }

    @Test(arguments: [
        ("Ährens & Søn", "aehrens-soen.example/daybook"),
        ("Zahnarzt Müller-Groß", "zahnarzt-mueller-gross.example/daybook"),
        ("zahnarzt-aehrens.example", "zahnarzt-aehrens.example/daybook"),
        ("Riverside-Dental.co.uk", "riverside-dental.co.uk/daybook"),
        ("riverside-dental.co.uk/daybook", "riverside-dental.co.uk/daybook"), ("Dr. Shah", "dr-shah.example/daybook"),
        ("Clínica Núñez", "clinica-nunez.example/daybook"),
    ])
    func `shows what the practice is called for good before it is`(name: String, origin: String) throws {
        let world = try world(Self.british)
        var rest = Self.rest
        rest.replaceSubrange(4...5, with: ["Something", "no", name, ""])
        let said = try talk(world, ["Europe/London", "yes"] + rest)
        #expect(said.status == 0, "\(said.errors)")
        #expect(said.errors.contains("It is called something.example/daybook in the record, for good."))
        #expect(said.errors.contains("It is called \(origin) in the record, for good. Is that right?"))
        #expect(said.output.contains("Verifier    \(origin)+"))
    }

    @Test func `says that nothing lies yet where the export will`() throws {
        let world = try world(Self.british)
        var rest = Self.rest
        rest[7] = "later/export.csv"
        let said = try talk(world, ["Europe/Londn", "Europe/London", "yes"] + rest)
        #expect(said.status == 0, "\(said.errors)")
        #expect(said.errors.contains("nothing lies at \(world.path("later/export.csv")) now."), "\(said.errors)")
        #expect(said.errors.contains("did you mean Europe/London?\n"))
    }

    @Test(arguments: [
        (
            "UTC", "Asia/Kolkata", "30 21",
            "at 21:30 on this computer's clock (UTC), by which cron goes: that is 03:00 in Asia/Kolkata now"
        ),
        ("Asia/Kolkata", "Asia/Kolkata", "0 3", "runs every night at 03:00"),
        ("Asia/Tokyo", "Asia/Kolkata", "30 6", "(Asia/Tokyo)"),
        ("UTC", "Europe/Berlin", "0 [12]", "an hour off while only one of the two has summer time"),
    ])
    func `has cron's line on the clock by which cron goes`(
        machine: String, zone: String, time: String, sentence: String
    ) throws {
        let world = try world(Self.british)
        var answers = `A practice that sets itself up`.answers
        answers[1] = zone
        answers[answers.firstIndex(of: "Riverside Dental")!] = "riverside"
        let made = try world.shell("TZ=\(machine) daybook setup export.csv \(answers.joined(separator: " "))")
        made.expect(0, says: [])
        let line = try Regex("Crontab     \(time) [*] [*] [*] cd ")
        #expect(made.output.contains(line), "\(made.output)")
        #expect(made.errors.contains(sentence), "\(made.errors)")
    }
}
