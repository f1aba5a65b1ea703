import Bookings
import Foundation
import Schedules
import Testing

@Suite("a value that is not what it should be is left out and named; the row stays")
struct MalformationTests {
    @Test(
        "times that no calendar or clock shows",
        arguments: [
            "2026-02-30 10:00", "2026-06-11 128:00:00", "2026-06-11 24:00", "2026-06-11 09:60", "2026-13-01 09:00",
            "2026-06-11", "2026-06-11 9:3", "2026-06-11 9", "2026-06-11 :30", "2026-06-1109:30",
            "2026-06-11 09:30:60", "2026-06-11T09:30-00:00", "0000-01-01 00:00", "2026-06-11 9:60", "9:30",
            "2026-06-11T09:30+25:00", "2026-06-11T09:30:00.", "-026-06-11 09:30", "soon",
        ])
    func impossibleTimes(_ time: String) throws {
        let read = try snapshot("booking,start,end,practitioner\nB-1,\(time),2026-06-11 10:00,D7\n")
        let live = try #require(read.appointments.first)
        #expect(live.appointment.start == nil)
        #expect(live.appointment.end?.text == "2026-06-11T10:00:00+01:00")
        #expect(live.appointment.practitioner == "D7")
        let said = time == "soon" ? "this is" : "\"\(time)\" is"
        #expect(
            read.malformations.map(\.line) == ["2 start: \(said) no date and time; one is written 2026-06-11 09:30"])
        #expect(read.malformations[0].booking == "B-1")
    }

    @Test("an end before its start is left out; one at its start is not")
    func endBeforeStart() throws {
        let text = "booking,start,end\nB-1,2026-06-11 09:30,2026-06-11 09:00\nB-2,2026-06-11 09:30,2026-06-11 09:30\n"
        let read = try snapshot(text)
        #expect(read.appointments.map { $0.appointment.start != nil } == [true, true])
        #expect(read.appointments.map { $0.appointment.end != nil } == [false, true])
        #expect(
            read.malformations.map(\.line) == [
                "2 end: the end, 2026-06-11T09:00:00+01:00, lies before the start, 2026-06-11T09:30:00+01:00"
            ])
    }

    @Test("a row without an id is counted and named, and is no appointment")
    func noId() throws {
        let long = String(repeating: "i", count: 1025)
        let read = try snapshot(
            "booking,start\n,2026-06-11 09:30\n  ,2026-06-11 09:30\nB-1,\n\(long),\n\(long.dropLast()),\n")
        #expect(read.rows == 5)
        #expect(read.appointments.map(\.row) == [4, 6])
        #expect(
            read.malformations.map(\.line) == [
                "2 booking: the row has no id of a booking", "3 booking: the row has no id of a booking",
                "5 booking: an id of more than 1024 bytes",
            ])
        #expect(read.malformations.allSatisfy { $0.booking == nil })
    }

    @Test("rows with too few and too many fields stay, and are named; what slipped is not printed")
    func shapes() throws {
        let text =
            "booking,start,status,practitioner\nB-1,2026-06-11 09:30\nB-2,2026-06-11 09:30,Asha Patel,D7,D8\n"
            + "B-3,Asha Patel,booked,D7,D8\n"
        let read = try snapshot(text)
        #expect(read.appointments.map(\.booking) == ["B-1", "B-2", "B-3"])
        #expect(read.appointments[0].appointment.start != nil)
        #expect(read.appointments[1].appointment.status == nil && read.appointments[1].appointment.word == nil)
        #expect(read.appointments[2].appointment.status == .booked)
        #expect(
            read.malformations.map(\.line) == [
                "2 row: the row has 2 fields, and the header 4", "3 row: the row has 5 fields, and the header 4",
                "3 status: no status that is mapped, in a row of odd length",
                "4 row: the row has 5 fields, and the header 4",
                "4 start: this is no date and time; one is written 2026-06-11 09:30",
            ])
    }

    @Test("statuses: FHIR's words, mapped words, and one line for each word that nobody mapped")
    func statuses() throws {
        let text =
            "booking,start,status\n1,,booked\n2,,Confirmed\n3,,Odd\n4,,DNA\n5,, Odd \n6,,\n7,,Other\n8,,unknown\n9,,Booked\n"
        let read = try snapshot(text)
        let found = read.appointments.map(\.appointment)
        #expect(
            found.map(\.status) == [.booked, .booked, .unknown, .noshow, .unknown, nil, .unknown, .unknown, .unknown])
        #expect(found.map(\.word) == [nil, "Confirmed", "Odd", "DNA", "Odd", nil, "Other", nil, "Booked"])
        #expect(
            read.malformations.map(\.line) == [
                "unmappedStatus 4 status: the status \"Odd\" is not mapped; 2 rows have it; say which of FHIR's statuses it is "
                    + "(booked, cancelled, noshow, arrived, fulfilled …): --status Odd=STATUS, or under the source in the "
                    + "configuration, status: { \"Odd\": STATUS }",
                "unmappedStatus 8 status: the status \"Other\" is not mapped; 1 row has it; say which of FHIR's statuses it is "
                    + "(booked, cancelled, noshow, arrived, fulfilled …): --status Other=STATUS, or under the source in the "
                    + "configuration, status: { \"Other\": STATUS }",
                "unmappedStatus 10 status: the status \"Booked\" is not mapped; 1 row has it; say which of FHIR's statuses it is "
                    + "(booked, cancelled, noshow, arrived, fulfilled …; this is most often booked): --status Booked=booked, or under the source in the "
                    + "configuration, status: { \"Booked\": booked }",
            ])
    }

    @Test(
        "what a finding says to type maps the word: as an option in a shell, and as a line of the configuration",
        arguments: [
            "gebucht", "Reçu", "No", "Did not attend", "it's off", "a\\b", "\"quoted\"", "$HOME", "1", "#", "a: b",
            "Off=line", "-x",
        ])
    func mapping(_ word: String) throws {
        let text = "booking,start,status\n1,,\"\(word.replacing("\"", with: "\"\""))\"\n"
        let found = try #require(snapshot(text).malformations.first)
        #expect(found.word == word)
        let line = try #require(found.reason.split(separator: "in the configuration, ").last)
        #expect(line.hasPrefix("status: {"))
        let file = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        // A usual word has its status proposed; of any other nothing is, and a person types it.
        let isUsual = !line.hasSuffix(": STATUS }")
        #expect(isUsual == ["gebucht", "Did not attend"].contains(word))
        let status: Appointment.Status = word == "Did not attend" ? .noshow : .booked
        let typed = line.replacing("STATUS", with: status.rawValue)
        try Data("sources:\n  - id: crm\n    zone: Europe/London\n    \(typed)\n".utf8).write(to: file)
        let source = try #require(try Configuration.read(path: file.path).source("crm"))
        #expect(source.status == [word: status])
        #expect(try snapshot(text, rules: source.rules).malformations.isEmpty)

        let option = found.reason.split(separator: "--status ").dropFirst().first?.split(separator: ", or under").first
        #expect((option == nil) == (word.contains("=") || word.hasPrefix("-")))
        guard let option else { return }
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "printf %s \(option)"]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        #expect(
            try output.fileHandleForReading.readToEnd() == Data("\(word)=\(isUsual ? status.rawValue : "STATUS")".utf8))
        shell.waitUntilExit()
    }

    @Test("a word that cannot be copied from a line is not printed as something to type")
    func longWord() throws {
        let reason = MalformationTests.reason(of: String(repeating: "w", count: 65))
        #expect(reason?.hasSuffix(": under the source's status in the configuration") == true)
    }

    private static func reason(of word: String) -> String? {
        try? snapshot("booking,start,status\n1,,\(word)\n").malformations.first?.reason
    }

    @Test("local times without any zone: one line for each column")
    func noZone() throws {
        let text = "booking,start,end\n1,2026-06-11 09:30,2026-06-11 10:00\n2,2026-06-11 09:30,\n3,2026-06-11T09:30Z,\n"
        let read = try snapshot(text, rules: SourceRules(zones: .system))
        #expect(read.appointments.map { $0.appointment.start?.text } == [nil, nil, "2026-06-11T09:30:00+00:00"])
        #expect(
            read.malformations.map(\.line) == [
                "noZone 2 start: a local time, and no zone is declared; 2 rows have it",
                "noZone 2 end: a local time, and no zone is declared; 1 row has it",
            ])
        #expect(read.malformations.allSatisfy { $0.booking == nil })
    }

    @Test("a zone that nobody knows is left out, and with it the times that need it")
    func unknownZone() throws {
        let text =
            "booking,start,end,zone\n1,2026-06-11 09:30,2026-06-11T10:00+01:00,Mars/Base\n2,2026-06-11 09:30,,BST\n"
        let read = try snapshot(text)
        #expect(read.appointments.map { $0.appointment.start } == [nil, nil])
        #expect(read.appointments[0].appointment.end?.text == "2026-06-11T10:00:00+01:00")
        #expect(read.appointments.map(\.appointment.zone) == [nil, nil])
        #expect(
            read.malformations.map(\.line) == [
                "2 zone: no zone is known by the name \"Mars/Base\"; a name like Europe/London is",
                "2 start: \"2026-06-11 09:30\" is a local time of a zone that nobody knows",
                "3 zone: no zone is known by the name; a name like Europe/London is",
                "3 start: \"2026-06-11 09:30\" is a local time of a zone that nobody knows",
            ])
    }

    @Test("at most 1,000 are listed, then how many more there are")
    func many() throws {
        var text = "booking,start\n"
        text.replace("start", with: "start,end")
        for row in 0..<1005 { text += "\(row),,2026-02-30 10:00\n" }
        let read = try snapshot(text)
        #expect(read.appointments.count == 1005)
        #expect(read.malformations.count == 1001)
        #expect(read.malformations[999].row == 1001)
        #expect(read.malformations[1000].line == "1002 row: 5 more values are not what they should be, and not listed")
    }

    @Test("a text too long for an entry is left out; a note of any length is not")
    func longTexts() throws {
        let long = String(repeating: "é", count: 513)
        let read = try snapshot("booking,start,service,status,note\nB-1,,\(long),\(long),\(long)\n")
        #expect(read.appointments[0].appointment == Appointment())
        #expect(read.appointments[0].personal == ["note": long])
        #expect(
            read.malformations.map(\.line) == [
                "2 status: a text of more than 1024 bytes", "2 service: a text of more than 1024 bytes",
            ])
    }

    @Test("a client's values stand in no reason, whatever is wrong around them")
    func noPersonalValue() throws {
        let text =
            "booking,start,end,zone,status,client.name,note\n,Zebedee,Zebedee,Zebedee,booked,Zebedee,Zebedee\n"
            + "1,Zebedee,,,Zebedee,Zebedee,Zebedee,Zebedee\n2,,,,,Zebedee\n"
        let read = try snapshot(text)
        #expect(read.malformations.count >= 6)
        #expect(read.malformations.allSatisfy { !$0.reason.contains("Zebedee") && !$0.column.contains("Zebedee") })
    }
}
