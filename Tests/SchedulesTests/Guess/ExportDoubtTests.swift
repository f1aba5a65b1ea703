import Bookings
import Schedules
import TestSupport
import Testing

/// Where a file leaves something open, it is asked; where it cannot be set up at all, the remedy is named.
struct `A doubt about an export` {
    private func doubt(_ text: String) throws -> (ExportGuess.Doubt.About, String, [String])? {
        try guess(text).doubts.first.map { ($0.about, $0.sentence, $0.proposals) }
    }

    @Test(arguments: ["/", ".", "-"])
    func `day and month are asked where no day is above 12`(mark: String) throws {
        let rows = (1...12).map { "B-\($0),0\($0 % 9 + 1)\(mark)\($0 < 10 ? "0" : "")\($0)\(mark)2026,09:30" }
        let text = "Booking ID,Date,Time\n" + rows.joined(separator: "\n") + "\n"
        let found = try #require(try doubt(text))
        #expect(found.0 == .dates)
        #expect(found.2 == ["dd\(mark)MM\(mark)yyyy", "MM\(mark)dd\(mark)yyyy"])
        #expect(try guess(text).layout.dates == nil)
    }

    @Test func `one slip of the pen does not decide day and month`() throws {
        let rows = (0..<100).map { "B-\($0),0\($0 % 9 + 1)/0\($0 / 12 + 1)/2026,09:30" } + ["B-100,13/05/2026,09:30"]
        #expect(try doubt("Booking ID,Date,Time\n" + rows.joined(separator: "\n"))?.0 == .dates)
    }

    @Test func `dates in both orders are refused with what to do`() throws {
        let rows = (13...28).flatMap { ["B-\($0),\($0)/01/2026 09:30", "C-\($0),01/\($0)/2026 09:30"] }
        let found = try #require(try doubt("Booking ID,Start\n" + rows.joined(separator: "\n")))
        #expect(found.0 == .dates && found.1.contains("export it anew") && found.2 == [])
    }

    @Test func `years of two digits are refused with what to do`() throws {
        let found = try #require(try doubt("Booking ID,Start\nB-1,24/03/26 09:30\nB-2,25/03/26 09:30\n"))
        #expect(found.0 == .dates && found.1.contains("export it with four"))
    }

    @Test func `an id that may be the client's is asked`() throws {
        let found = try #require(try doubt("ID,Start\nC-1,2026-03-24 09:30\nC-2,2026-03-24 10:30\n"))
        #expect(found.0 == .column("booking") && found.2 == ["ID"] && found.1.contains("or of the client"))
        // With another column for the client's, or clients who come twice, it is the booking's.
        #expect(try doubt("ID,Start,Patient No\n1,2026-03-24 09:30,C-1\n7,2026-03-24 10:30,C-2\n") == nil)
        #expect(try doubt("ID,Start,Patient\n1,2026-03-24 09:30,Ann\n7,2026-03-24 10:30,Ann\n") == nil)
    }

    @Test func `a column that counts the rows is no id, and neither is one whose values repeat`() throws {
        let counted = try #require(
            try doubt("Booking No,Visit,Start\n1,V-7,2026-03-24 09:30\n2,V-9,2026-03-24 10:30\n"))
        #expect(counted.0 == .column("booking") && counted.1.contains("counts the rows") && counted.2 == ["Visit"])
        let repeated = try #require(
            try doubt("Booking ID,Visit,Start\nA,V-7,2026-03-24 09:30\nA,V-9,2026-03-24 10:30\n"))
        #expect(repeated.1.contains("does not have a value of its own") && repeated.2 == ["Visit"])
    }

    @Test func `which of two times is the start is asked`() throws {
        let two = try #require(
            try doubt(
                "Booking ID,Date,Start\n7,2026-03-01 10:11,2026-03-24 09:30\n9,2026-03-02 10:11,2026-03-25 09:30\n"))
        #expect(two.0 == .column("start") && Set(two.2) == ["Date", "Start"])
        let faced = try #require(try doubt("Booking ID,Booking date\n7,2026-03-24 09:30\n9,2026-03-25 09:30\n"))
        #expect(faced.0 == .column("start") && faced.2 == ["Booking date"])
        let day = try #require(try doubt("Booking ID,Date\n7,2026-03-24\n9,2026-03-25\n"))
        #expect(day.1 == "there are dates, and no column with the time of day")
        let none = try #require(try doubt("Booking ID,When\n7,Tuesday\n9,Monday\n"))
        #expect(none.0 == .column("start") && none.2 == [])
    }

    @Test func `times of years in which no schedule's lie are asked`() throws {
        let found = try #require(try doubt("Booking ID,Date,Time\n7,1899-12-30,09:30\n9,1899-12-30,10:30\n"))
        #expect(found.0 == .column("start") && found.1.contains("1899"))
    }

    @Test func `a word for a status that is on no list is asked`() throws {
        let found = try #require(
            try doubt("Booking ID,Start,Status\n7,2026-03-24 09:30,Quux\n9,2026-03-24 10:30,Booked\n"))
        #expect(found.0 == .status("Quux") && found.2.contains("noshow"))
    }

    @Test func `what may name a person is not put where it stands in clear`() throws {
        let rows = (0..<40).map { "B-\($0),2026-03-24 09:30,Person \($0),Person \($0),N\($0)" }
        let found = try guess("Booking ID,Start,Provider,Status,Treatment\n" + rows.joined(separator: "\n"))
        #expect(found.map == "booking=Booking ID start=Start")
        #expect(found.unused.map(\.column) == ["Provider", "Status", "Treatment"])
        #expect(found.statuses == [])
        for (_, why) in found.unused { #expect(!why.contains("Person")) }
    }

    @Test(
        arguments: [
            ([], "the file is empty"), (Array("PK\u{3}\u{4}..".utf8), "save as, CSV UTF-8"),
            (Array("%PDF-1.7".utf8), "PDF"), (Array("<html><table>".utf8), "export the list as CSV"),
            (Array("{\"a\":1}\n".utf8), "format: ndjson"), (utf16("Ref,Date\n1,2\n", mark: false), "byte order mark"),
            (Array("Ref,Date\n".utf8), "a header and no row"), (Array("Ref\0,Date\n1,2\n".utf8), "NUL byte"),
            (Array("7,2026-03-24 09:30,Asha Patel\n9,2026-03-24 10:30,Tom Reed\n".utf8), "no header"),
            (
                Array("Appointments of 24 March\n\nBooking ID,Date,Time\n7,2026-03-24,09:30\n".utf8),
                "its header seems to be row 2"
            ),
            (Array("Ref,Name\n1,M".utf8) + [0x81] + Array("ller\n".utf8), "neither UTF-8 nor Windows'"),
            (Array("Ref,Name\n1,J".utf8) + [0x84] + Array("ger\n".utf8), "an older system than Windows"),
        ] as [([UInt8], String)])
    func `a file that cannot be set up is refused with the remedy, and without its values`(
        bytes: [UInt8], remedy: String
    ) throws {
        let refusal = try #require(refusalToGuess(bytes))
        #expect(refusal.contains(remedy))
        #expect(!refusal.contains("Asha") && !refusal.contains("M\u{fc}ller"))
    }

    @Test func `a calendar and FHIR are known by their first bytes`() throws {
        #expect(try guess("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n").format == "ical")
        #expect(try guess("{\"resourceType\":\"Bundle\"}").format == "fhir")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `nothing that a file holds ends the guess otherwise than with a sentence`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pieces = [
            "Ref", "Date", "Start", ",", ";", "\n", "\"", "24/03/2026", "09:30", "é", "\u{feff}", "=", " ", "\t", "|",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            if Int.random(in: 0..<12, using: &random) == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &random))
            } else {
                bytes += pieces.randomElement(using: &random)!.utf8
            }
        }
        for isWhole in [true, false] {
            do throws(UnguessableExport) {
                let guess = try ExportGuess(bytes, isWhole: isWhole)
                let known = Set(guess.columns.flatMap(\.columns))
                #expect(known.isSubset(of: guess.header))
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
