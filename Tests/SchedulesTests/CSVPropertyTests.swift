import Bookings
import Schedules
import TestSupport
import Testing

@Suite("CSV: whatever is printed is read back")
struct CSVPropertyTests {
    private static let pieces = [
        "a", "B", "7", " ", ",", ";", "\t", "\"", "\n", "\r\n", "\r", "é", "e\u{301}", "🧑🏽‍⚕️", "'", "|", "\\", "0",
        "\u{200b}",
    ]

    /// A text without white space at its ends: what is left of it by any reader.
    private func text(_ random: inout SplitMix64) -> String {
        let count = Int.random(in: 0...6, using: &random)
        let inner = (0..<count).map { _ in CSVPropertyTests.pieces.randomElement(using: &random)! }.joined()
        return count == 0 ? "" : "x" + inner + "y"
    }

    private func printed(_ text: String, _ delimiter: String, _ random: inout SplitMix64) -> String {
        let needsQuotes = text.utf8.contains { [0x22, 0x0a, 0x0d].contains($0) } || text.contains(delimiter)
        guard needsQuotes || Bool.random(using: &random) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    @Test("random tables, in random spellings and chunks", arguments: 0..<300 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let delimiter = [",", ";", "\t"].randomElement(using: &random)!
        let lineEnd = ["\n", "\r\n"].randomElement(using: &random)!
        let columns = ["booking", "start", "practitioner", "location", "client.name", "note", "strange"].shuffled(
            using: &random)
        var rows: [[String: String]] = []
        var file = Bool.random(using: &random) ? "\u{feff}" : ""
        file += columns.map { printed($0, delimiter, &random) }.joined(separator: delimiter)
        for number in 0..<Int.random(in: 0...12, using: &random) {
            var row = Dictionary(uniqueKeysWithValues: columns.map { ($0, text(&random)) })
            row["start"] = ""
            row["booking"] = "\(number)" + text(&random) + "."
            rows.append(row)
            file += lineEnd + columns.map { printed(row[$0]!, delimiter, &random) }.joined(separator: delimiter)
        }
        if Bool.random(using: &random) { file += lineEnd }
        let chunk = Int.random(in: 1...200, using: &random)
        let read = try snapshot(file, chunk: chunk)
        #expect(read.rows == rows.count, "seed \(seed)")
        #expect(read.malformations == [], "seed \(seed)")
        for (row, live) in zip(rows, read.appointments) {
            #expect(live.booking == Identifier(row["booking"]!), "seed \(seed)")
            #expect(Identifier(live.appointment.practitioner ?? "") == Identifier(row["practitioner"]!), "seed \(seed)")
            #expect(Identifier(live.appointment.location ?? "") == Identifier(row["location"]!), "seed \(seed)")
            #expect(Identifier(live.personal["client.name"] ?? "") == Identifier(row["client.name"]!), "seed \(seed)")
            #expect(Identifier(live.personal["note"] ?? "") == Identifier(row["note"]!), "seed \(seed)")
        }
    }

    @Test("the size of the chunks changes nothing", arguments: 1...64)
    func chunks(_ chunk: Int) throws {
        let text =
            "\u{feff}booking,start,end,status,note\r\n\"a\"\"1\",2026-06-11 09:30,,DNA,\"two\r\nlines\"\r\n"
            + "é🧑🏽‍⚕️,2026-02-30 10:00,2026-01-01 00:00,Odd,\r\n,,,,\r\nc,2026-06-11 09:30,2026-06-11 09:00,booked\r\n,2026-01-01 10:00,,,x"
        let whole = try snapshot(text)
        let read = try snapshot(text, chunk: chunk)
        #expect(read.appointments == whole.appointments && read.appointments.count == 3)
        #expect(read.malformations == whole.malformations && read.malformations.count == 5)
        #expect(read.rows == 4 && whole.rows == 4)
        #expect(read.digest == whole.digest)
    }

    @Test("damaged files are refused or read, and never bring the reader down", arguments: 0..<400 as Range<UInt64>)
    func damage(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bytes = Array("booking,start,note\n\"a\"\"1\",2026-06-11 09:30,\"two\nlines\"\nb,2026-06-12 10:00,é\n".utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert([0x22, 0x0a, 0x0d, 0x2c, 0x00, 0xff].randomElement(using: &random)!, at: place)
            }
        }
        let chunk = Int.random(in: 1...64, using: &random)
        let whole = Result { try Schedule.read(bytes: bytes, rules: london, coverage: anyCoverage).appointments }
        let pieces = Result {
            try Schedule.read(bytes: bytes, chunk: chunk, rules: london, coverage: anyCoverage).appointments
        }
        switch (whole, pieces) {
        case (.success(let left), .success(let right)): #expect(left == right, "seed \(seed)")
        case (.failure(let left), .failure(let right)):
            #expect(left as? ScheduleError == right as? ScheduleError, "seed \(seed)")
        default: Issue.record("seed \(seed): the size of the chunks decided whether the file was refused")
        }
    }
}
