import Bookings
import Schedules
import Testing

@Suite("FHIR: a reading that is not whole says so")
struct FHIRWholenessTests {
    private var complete: Coverage {
        var coverage = anyCoverage
        coverage.isComplete = true
        return coverage
    }

    private func read(_ text: String) throws -> Snapshot { try fhirSnapshot(text, coverage: complete) }

    private func page(_ ids: [String], total: Int? = nil, next: Bool = false, _ more: String = "") -> String {
        let entries = ids.map { id in
            "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"\(id)\",\"status\":\"booked\"}}"
        }
        return "{\"resourceType\":\"Bundle\",\"type\":\"searchset\","
            + (total.map { "\"total\":\($0)," } ?? "")
            + (next ? "\"link\":[{\"relation\":\"next\",\"url\":\"https://f.example/x?page\"}]," : "")
            + "\"entry\":[\((entries + (more.isEmpty ? [] : [more])).joined(separator: ","))]}"
    }

    @Test("all pages are there")
    func whole() throws {
        let found = try read(page(["a", "b"], total: 3, next: true) + page(["c"], total: 3)).coverage
        #expect(found.isComplete && found.shortfall == nil && found.totalReported == 3)
        let untold = try read(page(["a", "b"], next: true) + page(["c"])).coverage
        #expect(untold.isComplete && untold.shortfall == nil && untold.totalReported == nil)
    }

    @Test("a next link that nobody followed")
    func nextLeft() throws {
        let found = try read(page(["a", "b"], next: true)).coverage
        #expect(!found.isComplete && found.shortfall?.contains("next link") == true)
        #expect(try read(page(["a"]) + page(["b"], next: true)).coverage.isComplete == false)
    }

    @Test("a next link that leads nowhere")
    func nextWithoutAddress() throws {
        for url in ["", ",\"url\":7", ",\"url\":null"] {
            let bundle =
                "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"link\":[{\"relation\":\"next\"\(url)}],"
                + "\"entry\":[{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"a\",\"status\":\"booked\"}}]}"
            let found = try read(bundle).coverage
            #expect(!found.isComplete && found.shortfall?.contains("next link has no address") == true, "\(url)")
        }
    }

    @Test("totals beyond all reason are far too many, and no trap")
    func hugeTotals() throws {
        let bundle = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"total\":9007199254740991,\"entry\":[]}\n"
        let found = try read(String(repeating: bundle, count: 1100)).coverage
        #expect(found.totalReported == 1_000_000_000)
    }

    @Test("a page that is lost shows in the total; two searches have a total each")
    func lostPage() throws {
        let found = try read(page(["a", "b"], total: 5, next: true) + page(["e"], total: 5))
        #expect(found.coverage.totalReported == 5 && found.rows == 3)
        let two = try read(page(["a", "b"], total: 2) + page(["c"], total: 1)).coverage
        #expect(two.totalReported == 3 && two.isComplete)
        let short = try read(page(["a", "b"], total: 2) + page(["c"], total: 4)).coverage
        #expect(short.totalReported == 6)
        // What stands beside a search is in no search's total.
        let beside = try read(
            page(["a"], total: 2) + "{\"resourceType\":\"Appointment\",\"id\":\"z\",\"status\":\"booked\"}")
        #expect(beside.coverage.totalReported == 3 && beside.rows == 2)
    }

    @Test("what a search includes does not stand for what it lost")
    func included() throws {
        let more =
            "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"i\",\"status\":\"booked\"},\"search\":{\"mode\":\"include\"}}"
        let found = try read(page(["a"], total: 2, more))
        #expect(found.rows == 2 && found.coverage.totalReported == 3)
    }

    @Test("a row twice in the place of one that is lost")
    func twice() throws {
        let found = try read(page(["a", "b"], total: 4, next: true) + page(["b", "c"], total: 4))
        #expect(found.rows == 4 && found.index.repeated.count == 1)
        #expect(found.coverage.shortfall == "of 4 reported appointments it has 3, some of them twice")
    }

    @Test("totals that change between pages")
    func drift() throws {
        let found = try read(page(["a", "b"], total: 4, next: true) + page(["c"], total: 3)).coverage
        #expect(found.shortfall?.contains("different totals, 4 and 3") == true)
        #expect(found.totalReported == 4 && !found.isComplete)
    }

    @Test(
        "an error that the server reports, by its code alone",
        arguments: [("error", "exception", true), ("fatal", "too-costly", true), ("warning", "processing", false)])
    func outcome(severity: String, code: String, isError: Bool) throws {
        let outcome =
            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"information\",\"code\":\"x\"},"
            + "{\"severity\":\"\(severity)\",\"code\":\"\(code)\",\"diagnostics\":\"Asha Patel\"}]}"
        for text in [page(["a"], "{\"resource\":\(outcome),\"search\":{\"mode\":\"outcome\"}}"), outcome] {
            let found = try read(text).coverage
            #expect(found.shortfall == (isError ? "the server reported an error (\(code))" : nil))
            #expect(found.isComplete != isError)
        }
    }

    @Test("what cannot be trusted about a Bundle is a shortfall")
    func headings() throws {
        func shortfall(_ members: String, _ type: String = "searchset") throws -> String? {
            try read("{\"resourceType\":\"Bundle\",\"type\":\"\(type)\",\(members)}").coverage.shortfall
        }
        #expect(try shortfall("\"link\":{}")?.contains("links") == true)
        #expect(try shortfall("\"link\":[1]")?.contains("links") == true)
        #expect(try shortfall("\"total\":\"many\"")?.contains("total") == true)
        #expect(try shortfall("\"entry\":{}")?.contains("cannot be read to their end") == true)
        #expect(try shortfall("\"entry\":[1 2]")?.contains("cannot be read to their end") == true)
        #expect(
            try shortfall("\"entry\":[{\"resource\":{\"resourceType\":\"Bundle\"}}]", "batch-response")?
                .contains("Bundle within") == true)
        #expect(
            try shortfall("\"link\":[{\"relation\":\"self\",\"url\":\"x?_lastUpdated=ge2026\"}]")?.contains("changed")
                == true)
        #expect(
            try shortfall("\"entry\":[{\"request\":{\"method\":\"DELETE\",\"url\":\"Appointment/1\"}}]", "transaction")
                == nil)
    }

    @Test("no more reasons than a sentence has room for, each once; what was known before stays")
    func reasons() throws {
        var coverage = complete
        coverage.addShortfall("the first page moved")
        let outcome = { (code: String) in
            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"\(code)\"}]}"
        }
        let text = (0..<1000).map { outcome(String(repeating: "x", count: $0 % 20 + 1)) }.joined()
        let found = try fhirSnapshot(text, coverage: coverage).coverage.shortfall ?? ""
        #expect(found.hasPrefix("the first page moved; the server reported an error (x); "))
        #expect(found.split(separator: ";").count == 6)
    }
}
