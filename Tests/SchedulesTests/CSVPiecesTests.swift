import Bookings
import Schedules
import TestSupport
import Testing

@Suite("CSV: several readers of one file say what one says")
struct CSVPiecesTests {
    /// A file whose rows are of all kinds, a few of them twice.
    private func file(_ random: inout SplitMix64, rows: Int) -> String {
        let lineEnds = [["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]].randomElement(using: &random)!
        let notes = [
            "", "plain", "\"two\nlines\"", "\"a \"\"word\"\", said\"", "5\" pipe", "\"x\r\ny\"  ", "é", "\"\"",
        ]
        var text = "booking,start,end,status,practitioner,client.id,client.name,note"
        for row in 0..<rows {
            text += lineEnds.randomElement(using: &random)!
            let start = ["2026-06-11 09:30", "2026-02-30 10:00", "2026-03-29 01:30"].randomElement(using: &random)!
            let cells = [
                "B-\(Int.random(in: 0..<max(1, rows * 3), using: &random))", row % 3 == 0 ? start : "2026-06-12 08:00",
                "",
                ["booked", "DNA", "Odd", ""].randomElement(using: &random)!, "dr-\(row % 5)", "C-\(row % 7)",
                "Name \(row % 7)", notes.randomElement(using: &random)!,
            ]
            switch Int.random(in: 0..<12, using: &random) {
            case 0: text += ",,,,,,,"
            case 1: text += cells.dropLast(2).joined(separator: ",")
            case 2: text += "," + cells.dropFirst().joined(separator: ",")
            default: text += cells.joined(separator: ",")
            }
        }
        return text
    }

    private func outcome(_ bytes: [UInt8], chunk: Int, readers: Int) -> Result<Snapshot, ScheduleError> {
        Result { () throws(ScheduleError) in
            try Schedule.read(
                bytes: bytes, name: "schedule.csv", chunk: chunk, readers: readers, layout: ScheduleLayout(),
                rules: london, coverage: anyCoverage)
        }
    }

    private func expectSame(_ bytes: [UInt8], chunk: Int, readers: Int, _ comment: Comment) {
        switch (outcome(bytes, chunk: 1 << 22, readers: 1), outcome(bytes, chunk: chunk, readers: readers)) {
        case (.success(let one), .success(let several)):
            #expect(one.appointments == several.appointments, comment)
            #expect(one.malformations == several.malformations, comment)
            #expect(one.rows == several.rows && one.digest == several.digest, comment)
            #expect(one.index.repeated.map(\.first) == several.index.repeated.map(\.first), comment)
            #expect(one.index.repeated.map(\.again) == several.index.repeated.map(\.again), comment)
            #expect(one.bookings == several.bookings, comment)
        case (.failure(let one), .failure(let several)): #expect(one == several, comment)
        default: Issue.record(comment)
        }
    }

    @Test("random files", arguments: 0..<60 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = Array(file(&random, rows: Int.random(in: 0...400, using: &random)).utf8)
        let chunk = Int.random(in: 1...4000, using: &random)
        expectSame(bytes, chunk: chunk, readers: Int.random(in: 1...5, using: &random), "seed \(seed)")
    }

    @Test("a file that goes bad somewhere is refused in the same line", arguments: 0..<60 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bytes = Array(file(&random, rows: 200).utf8)
        for bad in [[0x00], [0xff], Array(",\"".utf8), Array("\"x\"y,".utf8)] as [[UInt8]]
        where Bool.random(using: &random) {
            bytes.insert(contentsOf: bad, at: Int.random(in: 70..<bytes.count, using: &random))
        }
        let chunk = Int.random(in: 1...2000, using: &random)
        expectSame(bytes, chunk: chunk, readers: Int.random(in: 2...5, using: &random), "seed \(seed)")
    }

    @Test("more malformations than are listed, spread over the pieces")
    func many() {
        let rows = (0..<2500).map { "B-\($0),2026-06-12 08:00,booked,x" }
        let bytes = Array("booking,start,status\n\(rows.joined(separator: "\n"))\n".utf8)
        expectSame(bytes, chunk: 700, readers: 3, "2,500 rows of odd length")
    }

    @Test("words for a status that nobody explained are counted over all pieces", arguments: [20, 21, 60])
    func words(count: Int) {
        let rows = (0..<2000).map { "B-\($0),2026-06-12 08:00,word-\($0 * 7 % count)" }
        let bytes = Array("booking,start,status\n\(rows.joined(separator: "\n"))\n".utf8)
        expectSame(bytes, chunk: 500, readers: 4, "\(count) words")
    }

    @Test("a record that is longer than any may be, after rows that are well", arguments: ["", "\""])
    func tooLong(quote: String) {
        let rows = (0..<300).map { "B-\($0),2026-06-12 08:00,n" }.joined(separator: "\n")
        let bytes = Array("booking,start,note\n\(rows)\nlast,,\(quote)".utf8) + [UInt8](repeating: 0x78, count: 3 << 20)
        expectSame(bytes, chunk: 256 << 10, readers: 2, "a record without an end")
        guard case .failure(.badFile(_, let line, _, _)) = outcome(bytes, chunk: 1 << 16, readers: 2) else {
            Issue.record("it is read")
            return
        }
        #expect(line == 302)
    }
}
