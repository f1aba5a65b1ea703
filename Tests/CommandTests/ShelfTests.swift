import Bookings
import Foundation
import TestSupport
import Testing

/// Each ledger on the shelf, as somebody verifies it at the terminal: its exit status is what a script goes by.
@Suite("The shelf at the terminal")
struct ShelfTests {
    @Test(arguments: try Shelf.names())
    func `ends as its expectation says`(name: String) throws {
        let expected = try Shelf.expectation(name)
        let world = try World()
        try Shelf.unpack(name, to: world.folder)
        var arguments = ["verify", "--json", "--projections", "--states", "100", "--ledger", "ledger.sqlite"]
        arguments += ["--keys", expected.verifier.contains("keys") ? "keys" : "none"]
        let trusted = try String(contentsOf: Shelf.folder.appending(path: "sound/keys/verifier"), encoding: .utf8)
        if expected.verifier.contains("trust") {
            arguments += ["--trust", trusted.trimmingCharacters(in: .newlines)]
        }
        if expected.verifier.contains("held") { arguments += ["--held", "held.note"] }
        let outcome = try world.daybook(arguments)
        #expect(outcome.status == expected.exit, "\(outcome.errors)")
        guard expected.error == nil else {
            #expect(outcome.errors.contains("ledger.sqlite"))
            return
        }
        let json = try outcome.json
        #expect(json["assurance"]?.array?.compactMap(\.string) == expected.assurance)
        #expect(json["size"]?.integer == expected.size)
        let defects = json["defects"]?.array ?? []
        #expect(defects.map { $0["code"]?.string } == expected.defects.map(\.code))
        #expect(defects.map { $0["kind"]?.string } == expected.defects.map(\.kind))
        #expect(defects.map { $0["index"]?.integer } == expected.defects.map(\.index))
        #expect(
            defects.map { Shelf.withoutQuotation($0["sentence"]?.string ?? "") } == expected.defects.map(\.sentence))
    }

    @Test func `has every kind of defect, and the schema knows them`() throws {
        let kinds = Set(
            try Shelf.names().flatMap { name in
                let expected = try Shelf.expectation(name)
                return (expected.defects + expected.unreadable).map(\.kind)
            })
        let schema = try JSONValue(
            parsing: Array(Data(contentsOf: Fixtures.checkout.appending(path: "schemas/daybook-common-v1.schema.json")))
        )
        let known = schema["$defs"]?["defect"]?["properties"]?["kind"]?["enum"]?.array?.compactMap(\.string) ?? []
        // A false time-stamp shows only to somebody who gives roots: StampTests has those.
        #expect(kinds.union(["false-stamp"]) == Set(known))
    }
}
