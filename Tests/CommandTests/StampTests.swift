import Bookings
import Foundation
import TestSupport
import Testing

/// A checkpoint that a third party time-stamps, from the request to what it shows, through the built program.
@Suite(
    .enabled(
        if: TimestampAuthority.isAvailable && LocalServer.isAvailable,
        "openssl or python3 is not installed: no authority"))
struct `A time-stamp` {
    private let authority: TimestampAuthority
    private let world: World
    private let server: LocalServer

    init() throws {
        authority = try TimestampAuthority()
        world = try World()
        server = try LocalServer(in: world, authority: authority.folder)
        try Data(authority.root).write(to: world.folder.appending(path: "root.pem"))
        try Data(try TimestampAuthority().root).write(to: world.folder.appending(path: "other.pem"))
        try world.initialize()
        try record("A-1")
    }

    private func record(_ booking: String) throws {
        let event =
            #"{"specversion":"1.0","id":"e-\#(booking)","source":"crm","type":"booking.created","subject":"\#(booking)","time":"2026-01-12T10:04:16Z","data":{"appointment":{"start":"2026-06-11T09:30:00+01:00","zone":"Europe/London","status":"booked"}}}"#
        #expect(try world.daybook("record", input: Data((event + "\n").utf8)).status == 0)
    }

    @Test func `bounds what is recorded before and after it`() throws {
        let stamped = try world.daybook("stamp", "--url", "\(server.address)/tsa", "--tsa-roots", "root.pem", "--json")
        #expect(stamped.status == 0, "\(stamped.errors)")
        #expect(try stamped.json["size"]?.integer == 2)
        #expect(try stamped.json["stamps"]?.array?.first?["entry"]?.integer == 2)
        #expect(try stamped.json["stamps"]?.array?.first?["authority"]?.string == "CN=Authority tsa")
        let request = try #require(try server.requests.first)
        #expect(request.headers["content-type"] == "application/timestamp-query")
        #expect(request.body.utf8.count < 200, "only a digest leaves this computer")
        try record("B-1")
        #expect(try world.daybook("stamp", "--url", "\(server.address)/tsa").status == 0)
        try record("C-1")

        let verified = try world.daybook("verify", "--tsa-roots", "root.pem")
        #expect(verified.status == 0, "\(verified.output)")
        #expect(verified.words.contains("the first 4 entries were there by"))
        #expect(verified.words.contains("2 time-stamps hold"))
        #expect(verified.words.contains("stamped (time-stamped by a third party)"))
        let json = try world.daybook("verify", "--tsa-roots", "root.pem", "--json").json
        #expect(json["assurance"]?.array?.contains(.string("stamped")) == true)
        #expect(json["stamps"]?["holding"]?.array?.map { $0["size"]?.integer } == [2, 4])
        #expect(try world.daybook("verify", "--json").json["stamps"] == nil, "nothing is said where no root is given")

        func bounds(_ booking: String) throws -> (after: String?, before: String?) {
            let history = try world.daybook("history", booking, "--tsa-roots", "root.pem", "--json")
            #expect(history.status == 0, "\(history.errors)")
            let stamped = try history.json["stamped"]?.array?.first
            return (stamped?["after"]?.string, stamped?["before"]?.string)
        }
        let times = json["stamps"]?["holding"]?.array?.compactMap { $0["latest"]?.string } ?? []
        try #require(times.count == 2)
        #expect(try bounds("A-1") == (nil, times[0]))
        #expect(try bounds("B-1") == (times[0], times[1]))
        #expect(try bounds("C-1") == (times[1], nil))
        let text = try world.daybook("history", "B-1", "--tsa-roots", "root.pem").words
        #expect(text.contains("recorded after ") && text.contains("as time-stamps bound it"))
    }

    @Test func `of an authority that the verifier does not know says nothing`() throws {
        #expect(try world.daybook("stamp", "--url", "\(server.address)/tsa").errors.contains("was not checked"))
        let other = try world.daybook("verify", "--tsa-roots", "other.pem")
        #expect(other.status == 3)
        #expect(other.words.contains("entries 2 are by authorities that lead to none of the roots"))
        #expect(other.output.contains("Not stamped") || other.output.contains("not stamped"))
        let history = try world.daybook("history", "A-1", "--tsa-roots", "other.pem")
        #expect(history.status == 0 && !history.output.contains("bound"))
        #expect(history.errors.contains("no time-stamp in the ledger holds"))
    }

    @Test func `that is asked for and not there is said`() throws {
        let none = try world.daybook("verify", "--tsa-roots", "root.pem")
        #expect(none.status == 2)
        #expect(none.words.contains("stamped: no time-stamp in it holds"), "\(none.output)")
        #expect(try world.daybook("verify", "--tsa-roots", "daybook.sqlite").status == 65)
        #expect(try world.daybook("verify", "--tsa-roots", "nowhere.pem").status == 66)
    }

    @Test(arguments: [
        ("old", 69 as Int32, "it answers another request"), ("cut", 69, "not a time-stamp"),
        ("moved", 69, "answered 307"), ("huge", 69, "longer than"), ("fail", 69, "answered 500"),
    ]) func `of a bad answer is not recorded`(path: String, status: Int32, words: String) throws {
        // The first answer is refused for its root, and given again to the next request.
        _ = try world.daybook("stamp", "--url", "\(server.address)/old", "--tsa-roots", "other.pem")
        let outcome = try world.daybook("stamp", "--url", "\(server.address)/\(path)")
        #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
        let hushed = try world.daybook("stamp", "--url", "\(server.address)/\(path)?token=hush")
        #expect(hushed.status == status && !hushed.errors.contains("hush"))
        #expect(!hushed.errors.contains("secret words"))
        #expect(try world.daybook("verify", "--json").json["size"]?.integer == 2)
    }

    @Test func `of another root than the one wanted is not recorded`() throws {
        let outcome = try world.daybook("stamp", "--url", "\(server.address)/tsa", "--tsa-roots", "other.pem")
        #expect(outcome.status == 69 && outcome.errors.contains("does not lead to a root"), "\(outcome.errors)")
        #expect(try world.daybook("verify", "--json").json["size"]?.integer == 2)
    }

    @Test func `is asked of every authority in the configuration, and one that fails stops none`() throws {
        try world.write(
            """
            stamps:
              - { url: "\(server.address)/slow", timeout: 1s }
              - { url: "http://127.0.0.1:1/tsa" }
              - { url: "\(server.address)/tsa", roots: root.pem }
            """, to: "daybook.yaml")
        let outcome = try world.daybook("stamp")
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("/slow: no whole answer came within 1 s"), "\(outcome.errors)")
        #expect(outcome.errors.contains("127.0.0.1:1/tsa: "), "\(outcome.errors)")
        #expect(outcome.output.contains("as CN=Authority tsa signed; recorded as entry 2"), "\(outcome.output)")
    }

    @Test func `goes through files where there is no network`() throws {
        #expect(try world.daybook("stamp", "--request", "r.tsq").status == 0)
        #expect(try world.daybook("stamp", "--request", "r.tsq").status == 73)
        // The ledger grows while the answer is awaited: the stamp is of what was asked.
        try record("B-1")
        func answer(_ request: String, _ response: String) throws {
            let query = Array(try Data(contentsOf: world.folder.appending(path: request)))
            try Data(try authority.answer(to: query)).write(to: world.folder.appending(path: response))
        }
        try answer("r.tsq", "r.tsr")
        let recorded = try world.daybook("stamp", "--request", "r.tsq", "--response", "r.tsr")
        #expect(recorded.status == 0, "\(recorded.errors)")
        #expect(recorded.output.contains("The first 2 entries") && recorded.output.contains("entry 3"))
        let again = try world.daybook("stamp", "--request", "r.tsq", "--response", "r.tsr")
        #expect(again.status == 0 && again.output.contains("entry 3"), "the same stamp is recorded once")
        #expect(try world.daybook("verify", "--tsa-roots", "root.pem").status == 0)

        _ = try world.daybook("stamp", "--request", "other.tsq")
        let mixed = try world.daybook("stamp", "--request", "other.tsq", "--response", "r.tsr")
        #expect(mixed.status == 65 && mixed.errors.contains("something else"), "\(mixed.errors)")
        let foreign = try World()
        try foreign.initialize()
        #expect(try foreign.daybook("stamp", "--request", "f.tsq").status == 0)
        try FileManager.default.copyItem(
            at: foreign.folder.appending(path: "f.tsq"), to: world.folder.appending(path: "f.tsq"))
        try answer("f.tsq", "f.tsr")
        #expect(try world.daybook("stamp", "--request", "f.tsq", "--response", "f.tsr").status == 65)
        #expect(try world.daybook("stamp", "--request", "r.tsr", "--response", "r.tsr").status == 65)
        #expect(try world.daybook("stamp", "--request", "r.tsq", "--response", "nowhere").status == 66)
    }

    @Test func `is told how to be asked for`() throws {
        let none = try world.daybook("stamp")
        #expect(none.status == 64 && none.errors.contains("--url"))
        for url in ["ftp://x.example/", "https://user:pass@x.example/", "nonsense", "file:///etc/passwd"] {
            #expect(try world.daybook("stamp", "--url", url).status == 64)
        }
        #expect(try world.daybook("stamp", "--response", "x").status == 64)
        #expect(try world.daybook("stamp", "--url", "http://a.example", "--request", "x").status == 64)
    }
}

extension World.Outcome {
    /// The output as one line: where it was folded says nothing.
    var words: String { output.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
