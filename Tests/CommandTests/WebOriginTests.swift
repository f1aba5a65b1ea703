import Bookings
import Foundation
import Testing

/// A schedule that lies at an address, read by the built program.
@Suite(.enabled(if: LocalServer.isAvailable, "python3 is not installed: no server"))
struct `A schedule at an address` {
    private let world: World
    private let server: ScheduleServer

    init() throws {
        world = try World()
        try world.write(Exports.csv(1...9), to: "export.csv")
        server = try ScheduleServer(in: world)
    }

    private func place(_ path: String, _ more: String = "timeout: 5s") -> String {
        "{ url: '\(server.address)\(path)', \(more) }"
    }

    @Test func `that loses a row shows it the next night, with the window of loss`() throws {
        let source = try LiveSource(in: world, schedule: place("/export.csv"))
        try source.expectLoss(of: "A-4") { try world.write(Exports.csv([1, 2, 3, 5, 6, 7, 8, 9]), to: "export.csv") }
    }

    @Test func `that is no whole schedule is refused, and nothing is taken for lost`() throws {
        let source = try LiveSource(in: world, schedule: place("/export.csv"))
        #expect(try source.night(2).status == 0)
        try source.expectRefusal(place("/cut"), "the answer was cut off: ")
        try source.expectRefusal(place("/empty"), "the answer is empty")
        try source.expectRefusal(place("/page"), "a web page instead of a schedule")
        try source.expectRefusal(place("/none"), "/none: it answered 404")
        try source.expectRefusal(place("/status/401"), "is the secret in its file right?")
        try source.expectRefusal(place("/slow", "timeout: 1s"), "no whole answer came within 1 s")
        try source.expectRefusal(place("/huge", "maxBytes: 1000000"), "longer than 1000000 bytes; raise maxBytes")
        try source.expectRefusal("{ url: 'http://127.0.0.1:1/x?key=hush' }", "127.0.0.1:1/x: nobody answers there")
        try source.expectRefusal("{ url: 'http://nowhere.invalid/' }", "nowhere.invalid/: ")
        try source.expectRefusal(place("/fail?key=hush"), "/fail: it answered 503")
        let outcome = try source.night(5)
        #expect(!outcome.errors.contains("hush") && !outcome.errors.contains("Patel"))
        // Only a header, or a few of many rows: there is a schedule, and it proves nothing.
        for rows in [Exports.csv([]), Exports.csv(1...2)] {
            try world.write(rows, to: "export.csv")
            try source.expectRefusal(place("/now"), status: 3)
        }
    }

    @Test func `that was not written anew is stale`() throws {
        let source = try LiveSource(in: world, schedule: place("/export.csv"))
        try world.shell("touch -d 2026-03-02T02:00:00Z export.csv").requireZero()
        let first = try world.daybook("observe", "crm", "--json")
        #expect(try first.json["snapshot"]?["takenAt"]?.string?.hasPrefix("2026-03-02T02:00:00") == true)
        try world.write(Exports.csv([1, 2, 3, 4]), to: "export.csv")
        try world.shell("touch -d 2026-03-01T02:00:00Z export.csv").requireZero()
        let older = try world.daybook("observe", "crm", "--json")
        #expect(older.status == 3, "\(older.output)\(older.errors)")
        #expect(try older.json.findings.contains { $0.code == "AR203" })
        #expect(try !older.json.findings.contains { $0.code == "AR101" && $0.confidence == "proven" })
        _ = source
    }

    @Test func `is asked again where the trouble may pass, and no more than three times`() throws {
        let source = try LiveSource(in: world, schedule: place("/flaky"))
        #expect(try source.night(2).status == 0)
        try source.configure(place("/busy"))
        #expect(try source.night(3).status == 0)
        try source.expectRefusal(place("/fail"), "it answered 503")
        try source.expectRefusal(place("/none"), "it answered 404")
        let asked = try server.requests.map(\.path)
        #expect(asked == ["/flaky", "/flaky", "/flaky", "/busy", "/busy", "/fail", "/fail", "/fail", "/none"])
    }

    @Test func `that moved is followed five times, and never to another kind of place`() throws {
        let source = try LiveSource(in: world, schedule: place("/moved/4"))
        #expect(try source.night(2).status == 0)
        #expect(try server.requests.count == 6)
        try source.expectRefusal(place("/moved/5"), "points elsewhere more than 5 times")
        try source.expectRefusal(place("/loop"), "points elsewhere more than 5 times")
        try source.expectRefusal(place("/file"), "points to what is no address")
    }

    @Test func `is opened with a secret from a file, which no other host gets`() throws {
        try world.write("a-secret.token\n", to: "token")
        try world.write("jane:pass word:ü\n", to: "user")
        let source = try LiveSource(in: world, schedule: place("/now", "tokenFile: token"))
        try source.expectRefusal(place("/now", "tokenFile: token"), "token: others can read this secret")
        #expect(try server.requests.isEmpty)
        try world.shell("chmod 600 token user").requireZero()
        #expect(try source.night(2).status == 0)
        try source.configure(place("/now", "userFile: user"))
        #expect(try source.night(2).status == 0)
        try source.configure(place("/moved/0", "tokenFile: token"))
        #expect(try source.night(2).status == 0)
        try source.configure(place("/elsewhere", "tokenFile: token"))
        #expect(try source.night(2).status == 0)
        let asked = try server.requests
        let basic = "Basic " + Data("jane:pass word:ü".utf8).base64EncodedString()
        let bearer = "Bearer a-secret.token"
        #expect(asked.map(\.authorization) == [bearer, basic, bearer, bearer, bearer, nil])
        #expect(asked.last?.host == "localhost:\(server.port)")
    }

    @Test func `over TLS must show a certificate that somebody vouches for`() throws {
        let other = try World()
        try other.write(Exports.csv(1...3), to: "export.csv")
        let secure = try ScheduleServer(in: other, isSecure: true)
        let source = try LiveSource(in: world, schedule: "{ url: '\(secure.address)/now' }")
        try source.expectRefusal("{ url: '\(secure.address)/now', timeout: 5s }", "its certificate is not trusted")
        #expect(try secure.requests.isEmpty)
    }

    private static let roots = "/etc/ssl/certs/ca-certificates.crt"

    /// True where a process can be given other roots than the machine's.
    private static let canChangeRoots: Bool = {
        let tried = try? World().shell("touch own && unshare -rm sh -c 'mount --bind own \(roots)'")
        return tried?.status == 0
    }()

    @Test(.enabled(if: canChangeRoots, "no mount of one's own is allowed here, or no roots are installed"))
    func `over TLS is read where its certificate is vouched for, and only under its own name`() throws {
        let other = try World()
        try other.initialize()
        try other.write(Exports.csv(1...3), to: "export.csv")
        let secure = try ScheduleServer(in: other, isSecure: true)
        func read(_ address: String) throws -> World.Outcome {
            try other.write(
                "sources: [ { id: crm, zone: Europe/London, schedule: { url: '\(address)/now', timeout: 5s } } ]\n",
                to: "daybook.yaml")
            return try other.shell(
                "unshare -rm sh -c 'mount --bind cert.pem \(Self.roots) && daybook reconcile crm --dry-run --json'")
        }
        let trusted = try read(secure.address)
        #expect(trusted.status == 0 && trusted.output.contains("\"rows\":3"), "\(trusted.output)\(trusted.errors)")
        let named = try read("https://localhost:\(secure.port)")
        #expect(named.status == 69 && named.errors.contains("certificate"), "\(named.errors)")
        #expect(try secure.requests.count == 1)
    }

    @Test func `that is a FHIR search is read page by page, with the token and the window`() throws {
        try world.write("a-secret.token\n", to: "token")
        try world.shell("chmod 600 token").requireZero()
        func search(_ kind: String) -> String {
            place("/fhir/\(kind)?date=ge{from}&date=lt{to}", "format: fhir, tokenFile: token")
        }
        let source = try LiveSource(in: world, schedule: search("Appointment"))
        try source.expectLoss(of: "A-2") { try world.write(Exports.csv([1, 3, 4, 5, 6, 7, 8, 9]), to: "export.csv") }
        let asked = try server.requests
        #expect(asked.first?.path == "/fhir/Appointment?date=ge2026-03-01&date=lt2026-12-31")
        #expect(asked.dropFirst().first?.path == "/fhir/Appointment?_page=2")
        #expect(asked.allSatisfy { $0.authorization == "Bearer a-secret.token" })
        try source.expectRefusal(search("broken"), "/fhir/broken: it answered 500")
        try source.expectRefusal(search("short"), status: 3)
    }

    @Test func `can be given as the argument`() throws {
        let read = try world.daybook("reconcile", "\(server.address)/now", "--source", "crm", "--dry-run", "--json")
        #expect(read.status == 0, "\(read.errors)")
        #expect(try read.json["appointments"]?.array?.count == 9)
        let refused = try world.daybook("reconcile", "https://jane:secret@crm.example/", "--source", "crm", "--dry-run")
        #expect(refused.status == 64 && refused.errors.contains("no name or password in it"))
        #expect(!refused.errors.contains("secret@"))
    }
}

extension World.Outcome {
    func requireZero() throws { try #require(status == 0, "\(output)\(errors)") }
}
