import Bookings
import Foundation
import Schedules
import TestSupport
import Testing
import Transparency

@Suite("FHIR: a bulk export, read by its manifest")
struct BulkTests {
    private static let sample = Fixtures.checkout.appending(path: "samples/fhir/bulk")

    private func read(_ path: String, _ layout: ScheduleLayout = fhir) throws -> Snapshot {
        try Schedule.read(path: path, layout: layout, rules: london, coverage: anyCoverage)
    }

    /// A copy of the sample that may be damaged, and is taken away in the end.
    private func copied(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: BulkTests.sample, to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func change(_ file: URL, _ old: String, _ new: String) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(old))
        try Data(text.replacing(old, with: new).utf8).write(to: file)
    }

    @Test("the folder and the manifest are the same export, of the moment that the manifest says")
    func whole() throws {
        let now = Timestamp("2026-11-25T00:00:00Z")!
        let folder = BulkTests.sample.path
        for path in [folder, folder + "/", folder + "/manifest.json"] {
            let read = try read(path)
            #expect(read.appointments.map(\.booking) == ["apt-1001", "apt-1002", "apt-1003", "apt-1004", "apt-1005"])
            #expect(read.malformations == [] && read.rows == 5)
            #expect(read.coverage.shortfall == nil && read.coverage.totalReported == 5)
            let names = ["manifest.json", "appointments-1.ndjson", "appointments-2.ndjson"]
            let bytes = try names.flatMap { try Data(contentsOf: BulkTests.sample.appending(path: $0)) }
            #expect(read.digest == Hash.sha256(bytes))
            #expect(try Schedule.written(path: path, now: now) == Timestamp("2026-06-01T02:00:00Z"))
        }
        let other = Fixtures.checkout.appending(path: "samples/fhir/search/page-1.json").path
        #expect(try Schedule.written(path: other, now: now) != Timestamp("2026-06-01T02:00:00Z"))
    }

    @Test("an error, a file that is missing, one that is short, and an export of changes are not whole")
    func shortfalls() throws {
        func coverage(_ damage: (URL) throws -> Void) throws -> Coverage {
            var coverage: Coverage?
            try copied { folder in
                try damage(folder)
                coverage = try read(folder.path).coverage
            }
            return try #require(coverage)
        }
        let errors = try coverage {
            try change($0.appending(path: "manifest.json"), "\"error\": []", "\"error\": [{\"url\": \"x/err.ndjson\"}]")
        }
        #expect(errors.shortfall?.contains("could not export everything (1 under") == true && !errors.isComplete)
        let missing = try coverage {
            try FileManager.default.removeItem(at: $0.appending(path: "appointments-2.ndjson"))
        }
        #expect(missing.shortfall == "the file \"appointments-2.ndjson\" is not beside the manifest")
        let short = try coverage { try change($0.appending(path: "manifest.json"), "\"count\": 3", "\"count\": 4") }
        #expect(short.totalReported == 6)
        let changes = try coverage {
            try change($0.appending(path: "manifest.json"), "$export?", "$export?_since=2026-05-31T02:00:00Z&")
        }
        #expect(changes.shortfall?.contains("changed") == true)
        let none = try coverage {
            try change($0.appending(path: "manifest.json"), "\"type\": \"Appointment\"", "\"type\": \"Patient\"")
        }
        #expect(none.shortfall == "the manifest has no file of appointments")
        let gone = try coverage { folder in
            for number in 1...2 {
                try FileManager.default.removeItem(at: folder.appending(path: "appointments-\(number).ndjson"))
            }
        }
        #expect(gone.shortfall?.contains("appointments-1.ndjson") == true)
    }

    @Test("what was deleted is no row, and is named where it is a row too; its list may be missing")
    func deleted() throws {
        try copied { folder in
            try change(folder.appending(path: "deleted-1.ndjson"), "apt-0998", "apt-1002")
            #expect(
                try read(folder.path).malformations.map(\.line) == [
                    "2 deleted: the export has the appointment, and says that it was deleted"
                ])
            try Data("not JSON\n".utf8).write(to: folder.appending(path: "deleted-1.ndjson"))
            #expect(try read(folder.path).malformations == [])
            try FileManager.default.removeItem(at: folder.appending(path: "deleted-1.ndjson"))
            #expect(try read(folder.path).coverage.shortfall == nil)
        }
    }

    @Test("a malformed line is named with its file")
    func malformed() throws {
        try copied { folder in
            try change(
                folder.appending(path: "appointments-2.ndjson"),
                "{\"resourceType\":\"Appointment\",\"id\":\"apt-1005\"",
                "{\"id\":\"apt-1005\"")
            #expect(
                try read(folder.path).malformations.map(\.line) == [
                    "5 resource: document 2, line 2 of \"appointments-2.ndjson\": a resource without a resourceType"
                ])
        }
    }

    @Test(
        "addresses lead to files beside the manifest and nowhere else",
        arguments: ["x/..", "x/%2e%2e", "x/..%2fetc%2fpasswd", "x/.hidden", "", "x/a%00b", "?x", "x/a%2Fb"])
    func elsewhere(_ address: String) throws {
        try copied { folder in
            try change(
                folder.appending(path: "manifest.json"),
                "https://export.riverside.example/2026-06-01/appointments-1.ndjson",
                address)
            #expect(throws: ScheduleError.self) { try read(folder.path) }
        }
    }

    @Test("two files of one name, a bad moment, and a folder without a manifest are refused")
    func refused() throws {
        try copied { folder in
            let manifest = folder.appending(path: "manifest.json")
            try change(manifest, "appointments-2.ndjson", "appointments-1.ndjson")
            #expect(throws: ScheduleError.self) { try read(folder.path) }
            try change(manifest, "2026-06-01T02:00:00.000Z", "yesterday")
            #expect(throws: ScheduleError.self) { try read(folder.path) }
            try FileManager.default.removeItem(at: manifest)
            #expect(
                throws: ScheduleError.unreadable(path: folder.path, reason: "this is a folder, not a file")
            ) { try read(folder.path) }
        }
    }
}
