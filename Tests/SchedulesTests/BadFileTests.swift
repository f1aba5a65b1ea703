import Bookings
import Foundation
import Schedules
import Testing

@Suite("files that cannot be understood are refused, with the place and the remedy")
struct BadFileTests {
    @Test("bytes that are not UTF-8, by line")
    func encoding() {
        let latin = Array("booking,start,note\nB-1,,\"two\nlines\"\nB-2,,caf".utf8) + [0xe9] + Array("\nB-3,,\n".utf8)
        #expect(
            refusal(latin)
                == .badFile(
                    path: "schedule.csv", line: 4, column: nil,
                    reason: "this is not UTF-8; export the file as UTF-8, or, if Windows wrote it, write "
                        + "\"encoding: windows-1252\" in the schedule's configuration, or --encoding windows-1252"))
        let quoted = Array("booking,start,note\nB-1,,\"two\nl".utf8) + [0xff] + Array("nes\"\n".utf8)
        guard case .badFile(_, 3, _, _) = refusal(quoted) else { return #expect(refusal(quoted) == nil) }
        guard case .badFile(_, 1, _, let reason) = refusal([0xff, 0xfe, 0x62, 0x00]), reason.contains("UTF-16") else {
            return #expect(Bool(false), "UTF-16 must be named")
        }
    }

    @Test("a NUL byte, by line, quoted or not")
    func null() {
        #expect(bad("booking,start\nB-1,\nB\0,\n")?.line == 3)
        #expect(bad("booking,start\n\"B\n\0\",\n")?.line == 3)
        #expect(bad("booking,start\n\"B\n\0\",\n")?.reason.contains("NUL") == true)
    }

    @Test("a quote that is never closed, by the line where it was opened")
    func unclosedQuote() {
        let found = bad("booking,start,note\nB-1,,\"fine\nhere\"\nB-2,,\"lost\nB-3,,\nB-4,,\n")
        #expect(found?.line == 4)
        #expect(found?.reason.contains("not closed") == true)
        let far = bad("booking,start,note\nB-1,,\"" + String(repeating: "x\n", count: 1 << 20) + "\"\n")
        #expect(far?.line == 2)
        #expect(far?.reason.contains("not closed") == true)
    }

    @Test("text behind a closing quote, by line")
    func strayQuote() {
        #expect(bad("booking,start,note\nB-1,,\"a \"b\" c\"\n")?.line == 2)
    }

    @Test("an empty file, a file of blank lines, a header alone without what is needed")
    func empty() {
        #expect(bad("")?.reason.contains("empty") == true)
        #expect(bad("", name: "x.ndjson")?.reason.contains("empty") == true)
        #expect(bad("\u{feff}")?.reason.contains("no header") == true)
        #expect(bad("\n\r\n")?.reason.contains("no header") == true)
    }

    @Test("a header without booking or start says which columns it has, and how to map them")
    func header() {
        let found = bad("Ref,Date\nB-1,\n")
        #expect(found?.line == 1 && found?.column == "booking")
        #expect(found?.reason.contains("the file has \"Ref\", \"Date\"") == true)
        #expect(found?.reason.contains("--map booking=Ref") == true && found?.reason.contains("`map`") == true)
        #expect(bad("booking,Date\nB-1,\n")?.column == "start")
    }

    @Test("a file without a header has a client in its first line, who is not printed")
    func headerIsData() {
        let found = bad("B-1,2026-06-11 09:30,Asha Patel\n")
        #expect(found?.reason.contains("Asha") == false)
        #expect(found?.reason.contains("no header") == true)
    }

    @Test("a mapped column that is not there, a column twice, a word that is none, a delimiter that is none")
    func mapping() {
        let layout = ScheduleLayout(columns: ["booking": ["Ref"], "start": ["Date", "Time"]])
        let found = bad("Ref,Date\n", layout)
        #expect(found?.column == "Time" && found?.line == 1 && found?.reason.contains("not there") == true)
        #expect(bad("booking,start,booking\n")?.column == "booking")
        #expect(bad("booking,start,other,other\n") == nil)
        #expect(
            bad("booking,start\n", ScheduleLayout(columns: ["client": ["x"]]))?.reason.contains("client.id") == true)
        #expect(bad("booking,start\n", ScheduleLayout(columns: ["note": []])) != nil)
        #expect(bad("booking,start\n", ScheduleLayout(delimiter: UInt8(ascii: "\""))) != nil)
    }

    @Test("a row or a line of more than 1 MiB; one of just that much is read")
    func tooLong() throws {
        let text = String(repeating: "x", count: 1 << 20)
        #expect(bad("booking,start,note\nB-1,,\(text)\n")?.line == 2)
        #expect(bad("booking,start,note\nB-1,,\"\(text)\"\n")?.line == 2)
        #expect(bad("{\"booking\":\"\(text)\"}\n", name: "x.ndjson")?.line == 1)
        let fits = String(repeating: "x", count: (1 << 20) - 6)
        #expect(try snapshot("booking,start,note\nB-1,,\(fits)\n").appointments[0].personal["note"] == fits)
    }

    @Test("lines that are not JSON objects, by line and reason")
    func json() {
        let found = bad("{\"booking\":\"B-1\",\"start\":null}\n\n{\"booking\":}\n", name: "x.ndjson")
        #expect(found?.line == 3)
        #expect(found?.reason == "not JSON, at byte 12: no JSON value starts like this")
        #expect(bad("[1]\n", name: "x.jsonl")?.line == 1)
        let latin = Array("{\"booking\":\"".utf8) + [0xe9] + Array("\"}\n".utf8)
        guard case .badFile(_, 1, nil, let reason) = refusal(latin, name: "x.ndjson") else {
            return #expect(refusal(latin, name: "x.ndjson") == nil)
        }
        #expect(reason.contains("UTF-8"))
        #expect(bad("{\"Ref\":\"B-1\"}\n", name: "x.ndjson")?.reason.contains("\"Ref\"") == true)
        let layout = ScheduleLayout(columns: ["booking": ["Ref"], "start": ["when.begin"]])
        #expect(bad("{\"Ref\":\"B-1\",\"when\":{}}\n", name: "x.ndjson", layout)?.column == "when.begin")
    }

    @Test("files that are not there, are folders, or are real")
    func paths() throws {
        func read(_ path: String) throws -> Int {
            try Schedule.read(path: path, layout: ScheduleLayout(), rules: london, coverage: anyCoverage).rows
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: ScheduleError.noInput(path: folder + "/none.csv")) { try read(folder + "/none.csv") }
        #expect(throws: ScheduleError.unreadable(path: folder, reason: "this is a folder, not a file")) {
            try read(folder)
        }
        try Data("booking,start\nB-1,\nB-2,\n".utf8).write(to: URL(filePath: folder + "/a.csv"))
        #expect(try read(folder + "/a.csv") == 2)
        try Data("{\"booking\":1,\"start\":null}\n".utf8).write(to: URL(filePath: folder + "/a.JSONL"))
        #expect(try read(folder + "/a.JSONL") == 1)
    }

    @Test("an error reads as one line")
    func descriptions() {
        let error = ScheduleError.badFile(path: "a.csv", line: 3, column: "Ref", reason: "no such thing")
        #expect(error.description == "a.csv, line 3, column Ref: no such thing")
        #expect(ScheduleError.noInput(path: "a.csv").description == "a.csv: there is no such file")
    }
}
