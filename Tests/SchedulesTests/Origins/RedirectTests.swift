import Testing

@testable import Schedules

/// Where a request goes that is sent elsewhere.
struct `A redirect` {
    private func next(
        _ location: String, from url: String = "https://crm.example/a/b?c=1", _ method: String = "GET",
        status: Int = 302
    ) throws -> (url: String, headers: [String: String]) {
        let exchange = WebExchange(
            method: method, url: url, headers: ["authorization": "Bearer x", "Depth": "1"], timeout: 1, largest: 1)
        let next = try exchange.redirected(to: location, status: status)
        #expect(next.method == method)
        return (next.url, next.headers)
    }

    @Test(arguments: [
        ("/x", "https://crm.example/x"), ("x?y=1", "https://crm.example/a/x?y=1"),
        ("https://crm.example:443/x", "https://crm.example:443/x"), ("//crm.example/x", "https://crm.example/x"),
        ("https://CRM.example/x", "https://CRM.example/x"),
    ])
    func `to the same host takes the secret along`(location: String, url: String) throws {
        let next = try next(location)
        #expect(next.url == url && next.headers == ["authorization": "Bearer x", "Depth": "1"])
    }

    @Test(arguments: [
        "https://crm.example:8443/x", "https://crm.example.evil.example/x", "//evil.example/x", "https://evil.example/",
        "https://crm.example./x",
    ])
    func `to another host or port leaves it behind`(location: String) throws {
        #expect(try next(location).headers == ["Depth": "1"])
    }

    @Test(arguments: [
        "http://crm.example/x", "file:///etc/passwd", "ftp://crm.example/", "https://jane:hush@crm.example/",
        "https:///x",
        "javascript:alert(1)", "data:text/csv,booking",
    ])
    func `to what is less safe, or no address, is not followed`(location: String) {
        let error = #expect(throws: OutsideError.self) { try next(location) }
        #expect(error?.sentence.contains("hush") == false && error?.sentence.contains("c=1") == false)
    }

    @Test func `from http to https leaves the secret behind too, and is followed`() throws {
        let next = try next("https://localhost/x", from: "http://localhost/x")
        #expect(next.url == "https://localhost/x" && next.headers == ["Depth": "1"])
    }

    @Test func `that makes another request of it is followed for a GET alone`() throws {
        #expect(try next("/x", status: 303).url == "https://crm.example/x")
        #expect(throws: OutsideError.self) { try next("/x", "REPORT", status: 303) }
        #expect(try next("/x", "REPORT", status: 307).url == "https://crm.example/x")
    }
}
