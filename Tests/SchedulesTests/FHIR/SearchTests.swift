import Bookings
import Schedules
import Testing

@Suite("FHIR search: every page once, and nowhere else")
struct FHIRSearchTests {
    private static let base = "https://fhir.example.org/r4/Appointment"

    /// A server whose answers are made of the address and of how often anything was asked for.
    private final class Server {
        var asked: [String] = []
        private let answer: (String, Int) -> String

        init(_ answer: @escaping (String, Int) -> String) {
            self.answer = answer
        }

        func fetch(_ address: String) throws(ScheduleError) -> [UInt8] {
            asked.append(address)
            return Array(answer(address, asked.count).utf8)
        }
    }

    private func bundle(_ ids: [String], total: Int? = nil, next: String? = nil) -> String {
        let entries = ids.map { "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"\($0)\"}}" }
        let link = next.map {
            ",\"link\":[{\"relation\":\"self\",\"url\":\"x\"},{\"relation\":\"next\",\"url\":\"\($0)\"}]"
        }
        return
            "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"\(total.map { ",\"total\":\($0)" } ?? "")\(link ?? ""),"
            + "\n\"entry\":[\(entries.joined(separator: ","))]}"
    }

    private func refusal(_ server: Server, from address: String = base) -> String? {
        do throws(ScheduleError) {
            _ = try FHIRSearch.pages(from: address, fetch: server.fetch)
            return nil
        } catch { return error.description }
    }

    @Test("pages are followed, relative links too, joined by a line feed, and the first is read once more")
    func pages() throws {
        let base = FHIRSearchTests.base
        let answers = [
            base + "?_count=2": bundle(["a", "b"], total: 5, next: "?_count=2&page=2"),
            base + "?_count=2&page=2": "\u{feff}" + bundle(["c", "d"], total: 5, next: "/r4/Appointment?page=3"),
            base + "?page=3": bundle(["e"], total: 5),
        ]
        let server = Server { address, _ in answers[address] ?? "404" }
        let pages = try FHIRSearch.pages(from: base + "?_count=2", fetch: server.fetch)
        #expect(server.asked == [base + "?_count=2", base + "?_count=2&page=2", base + "?page=3", base + "?_count=2"])
        #expect(pages.count == 3 && pages.shortfall == nil)
        let expected = [
            answers[base + "?_count=2"]!, bundle(["c", "d"], total: 5, next: "/r4/Appointment?page=3"),
            answers[base + "?page=3"]!,
        ]
        #expect(String(decoding: pages.bytes, as: UTF8.self) == expected.joined(separator: "\n"))
    }

    @Test("one page is asked for once")
    func single() throws {
        let server = Server { _, _ in "\n" + self.bundle(["a"], total: 1) + "\n" }
        let pages = try FHIRSearch.pages(from: FHIRSearchTests.base, fetch: server.fetch)
        #expect(server.asked.count == 1 && pages.count == 1 && pages.shortfall == nil)
    }

    @Test("bookings that move between the pages while they are read are a shortfall")
    func drift() throws {
        func shortfall(_ again: String) throws -> String? {
            let server = Server { address, count in
                switch count {
                case 1: self.bundle(["a", "b"], total: 4, next: FHIRSearchTests.base + "?page=2")
                case 2: self.bundle(["c", "d"], total: 4)
                default: again
                }
            }
            return try FHIRSearch.pages(from: FHIRSearchTests.base, fetch: server.fetch).shortfall
        }
        #expect(try shortfall(bundle(["b", "a"], total: 4, next: "y")) == nil)
        #expect(
            try shortfall(bundle(["a", "b"], total: 3))?.contains("4 resources when its first page was read") == true)
        #expect(try shortfall(bundle(["b", "c"], total: 4))?.contains("moved past the pages") == true)
        #expect(try shortfall("<html>")?.contains("second time") == true)
    }

    @Test(
        "a token goes to no other server",
        arguments: [
            "https://evil.example.org/r4/Appointment?page=2", "http://fhir.example.org/r4/Appointment?page=2",
            "https://fhir.example.org:8443/r4/Appointment?page=2", "//evil.example.org/x", "file:///etc/passwd",
            "https://user@fhir.example.org/r4/Appointment", "https://fhir.example.org.evil.org/", "javascript:alert(1)",
        ])
    func otherServer(_ link: String) {
        let server = Server { _, _ in self.bundle(["a"], next: link) }
        let refusal = refusal(server, from: FHIRSearchTests.base + "?patient=Asha")
        #expect(
            refusal?.contains("another server") == true || refusal?.contains("no address") == true, "\(refusal ?? "-")")
        #expect(refusal?.contains("Asha") == false)
        #expect(server.asked.count == 1)
    }

    @Test("the same server is known by its port and its capitals too")
    func sameServer() throws {
        let server = Server { _, count in
            self.bundle(["\(count)"], next: count == 1 ? "HTTPS://FHIR.example.org:443/r4/Appointment?page=2" : nil)
        }
        #expect(try FHIRSearch.pages(from: FHIRSearchTests.base, fetch: server.fetch).count == 2)
    }

    @Test("a search that runs in a circle is refused")
    func circle() {
        let server = Server { address, _ in
            self.bundle(["a"], next: FHIRSearchTests.base + (address.hasSuffix("2") ? "?page=1" : "?page=2"))
        }
        #expect(refusal(server, from: FHIRSearchTests.base + "?page=1")?.contains("read before") == true)
        #expect(server.asked.count == 2)
    }

    @Test("a search without an end is read so far, and a server's failure is passed on")
    func noEnd() throws {
        let server = Server { _, count in self.bundle(["a"], next: FHIRSearchTests.base + "?page=\(count)") }
        let pages = try FHIRSearch.pages(from: FHIRSearchTests.base, fetch: server.fetch)
        #expect(pages.count == 10_000)
        let failing = { (_: String) throws(ScheduleError) -> [UInt8] in
            throw ScheduleError.unreadable(path: "x", reason: "401")
        }
        #expect(throws: ScheduleError.unreadable(path: "x", reason: "401")) {
            try FHIRSearch.pages(from: FHIRSearchTests.base, fetch: failing)
        }
    }

    @Test("what is no Bundle ends the search, and stays in the bytes", arguments: ["<html>", "[]", "", "{", "null"])
    func noBundle(_ answer: String) throws {
        let server = Server { _, count in
            count == 1
                ? self.bundle(["a"], next: FHIRSearchTests.base + "?page=2") : count == 2 ? answer : self.bundle(["a"])
        }
        let pages = try FHIRSearch.pages(from: FHIRSearchTests.base, fetch: server.fetch)
        #expect(pages.count == 2)
        #expect(String(decoding: pages.bytes, as: UTF8.self).hasSuffix("]}\n" + answer))
    }
}
