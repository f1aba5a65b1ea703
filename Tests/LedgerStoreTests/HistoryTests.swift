import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("What is shown of one booking")
struct HistoryTests {
    /// Writes an entry anew, with the hash beside it.
    private func rewrite(_ index: Int, in world: World) throws -> (old: Hash, new: Hash) {
        let bytes = try world.bytes()[index]
        let forged = Array(String(decoding: bytes, as: UTF8.self).replacing("dr-shah", with: "dr-shax").utf8)
        #expect(forged != bytes)
        try world.tamper {
            try $0.execute(
                sql: "UPDATE entry SET bytes = ?, leaf = ? WHERE position = \(index)",
                arguments: [Data(forged), Data(Hash.leaf(forged).bytes)])
        }
        return (.leaf(bytes), .leaf(forged))
    }

    @Test(arguments: [1, 100, 255, 256, 300, 399])
    func `an entry that was written anew is named, and not shown`(index: Int) throws {
        let world = try World()
        try world.fill(350)
        try world.ledger.checkpoint()
        try world.fill(60, from: 351)
        let key = BookingKey.crm(Identifier("A-\(index)"))
        #expect(try world.ledger.history(of: [key]).bookings[key]?.entries.count == 1)
        _ = try rewrite(index, in: world)
        let history = try world.ledger.history(of: [key])
        #expect(history.verification.defects.contains { $0.index == index && $0.code == "AR401" })
        #expect(history.verification.assurance.isEmpty)
        #expect(history.bookings[key]?.entries.isEmpty ?? true)
        #expect(try world.ledger.verify().defects.contains { $0.index == index && $0.kind == .edited })
    }

    @Test func `a head that was made to fit it does not help`() throws {
        let world = try World()
        try world.fill(299)
        try world.ledger.checkpoint()
        let index = 100
        let (old, new) = try rewrite(index, in: world)
        // Everything that is looked at on the way, except the stored node that the lock is compared with.
        var leaves = try world.bytes().map { Hash.leaf($0) }
        #expect(leaves[index] == new && old != new)
        var frontier = Frontier()
        for leaf in leaves { frontier.append(leaf, digest: Digest()) }
        try world.tamper {
            try $0.execute(sql: "UPDATE head SET frontier = ?", arguments: [Data(frontier.nodes.flatMap(\.bytes))])
        }
        leaves.removeAll()
        let history = try world.ledger.history(of: [.crm("A-100")])
        #expect(!history.verification.defects.isEmpty, "what was signed is proven under what was signed")
        #expect(history.bookings[.crm("A-100")]?.entries.isEmpty ?? true)
    }

    @Test func `a listing that points nowhere is a defect, not a crash`() throws {
        let world = try World()
        try world.fill(3)
        for list in ["x'63'", "x'ffffffffffffffffff7f'", "x'ffffffffffffffffffffff01'", "x'80'", "x''"] {
            try world.tamper {
                try $0.execute(sql: "UPDATE booking SET entries = \(list) WHERE booking = CAST('A-2' AS BLOB)")
            }
            let history = try world.ledger.history(of: [.crm("A-2")])
            #expect(history.bookings[.crm("A-2")]?.entries.isEmpty ?? true, "\(list)")
        }
        try world.tamper {
            try $0.execute(sql: "INSERT INTO entry SELECT -1, bytes, leaf FROM entry WHERE position = 2")
            try $0.execute(
                sql: "UPDATE booking SET entries = x'ffffffffffffffffff01' WHERE booking = CAST('A-2' AS BLOB)")
        }
        #expect(try world.ledger.history(of: [.crm("A-2")]).bookings[.crm("A-2")]?.entries.isEmpty ?? true)
    }

    @Test func `a booking that nobody recorded has no entries`() throws {
        let world = try World()
        try world.fill(3)
        let history = try world.ledger.history(of: [.crm("Z"), BookingKey(source: "web", booking: "A-1")])
        #expect(history.bookings.values.allSatisfy { $0.entries.isEmpty })
        #expect(history.verification.defects.isEmpty)
    }

    @Test func `clients are found by what they say`() throws {
        let world = try World()
        func client(_ booking: String, _ data: String) -> String {
            Sample.event("booking.created", booking, data: #""client":{\#(data)}"#)
        }
        try world.record([
            client("B-1", #""name":"Zoë O’Brien","phone":"+44 7700 900123","email":"Zoe@Example.org","id":"C-1""#),
            client("B-2", #""name":"Zoe O'Brien","phone":"07700 900123""#),
            client("B-3", #""name":"ZOE\u0308 Brien-Smith","phone":"0044 (7700) 900-123""#),
            client("B-4", #""name":"José Łukasz Ångström","phone":"123""#),
        ])
        func found(_ name: String, _ value: String) throws -> [String] {
            try world.ledger.bookings(under: SearchTerm.terms(name: name, value: value)).map(\.booking.text).sorted()
        }
        #expect(try found("client.name", "zoe obrien") == ["B-1", "B-2"])
        #expect(try found("client.name", "O´Brien".replacing("´", with: "'")) == ["B-1", "B-2"])
        #expect(try found("client.name", "ZOË") == ["B-1", "B-2", "B-3"])
        #expect(try found("client.name", "Smith, Zoe") == ["B-3"])
        #expect(try found("client.name", "jose angstrom") == ["B-4"])
        #expect(try found("client.name", "Zo").isEmpty)
        #expect(try found("client.phone", "07700900123") == ["B-1", "B-2", "B-3"])
        #expect(try found("client.phone", "+44 (0)7700 900 123") == ["B-1", "B-2", "B-3"])
        #expect(try found("client.email", "zoe@example.ORG") == ["B-1"])
        #expect(try found("client.id", "c-1") == ["B-1"])
        #expect(SearchTerm.terms(name: "client.phone", value: "1234").isEmpty)
        // However a name is spelled on a keyboard that lacks its letters, it is found.
        for (said, listed) in [
            ("Müller", ["Müller", "Mueller", "Muller", "MÜLLER", "Mu\u{308}ller"]),
            ("Mueller", ["Müller", "Mueller", "Muller"]), ("Muller", ["Müller", "Muller"]),
            ("Weiß", ["Weiß", "Weiss", "WEISS"]), ("Weiss", ["Weiß", "Weiss"]),
            ("Sørensen", ["Sørensen", "Soerensen", "Sorensen"]), ("Soerensen", ["Sørensen", "Soerensen", "Sorensen"]),
            ("Sorensen", ["Sørensen", "Sorensen"]), ("Aase Baek", ["Åse Bæk"]), ("Åse Bæk", ["Aase Baek"]),
            ("Groesse", ["Größe", "Grosse"]), ("Müller, Anna", ["Anna Mueller-Weiß"]),
        ] {
            for listed in listed {
                let terms = Set(SearchTerm.terms(name: "client.name", value: listed))
                let spellings = SearchTerm.spellings(ofName: said)
                #expect(spellings.allSatisfy { !terms.isDisjoint(with: $0) }, "\(said) finds \(listed)")
                #expect(spellings.allSatisfy { $0.count <= 48 })
            }
        }
        #expect(SearchTerm.spellings(ofName: "Bauer").flatMap(\.self).sorted() == ["name:bauer", "name:baur"])
        #expect(SearchTerm.spellings(ofName: String(repeating: "aeoeuess", count: 40)).joined().count < 60)
        #expect(SearchTerm.terms(name: "note", value: "Zoë").isEmpty)
        #expect(try world.ledger.bookings(under: []).isEmpty)
        try world.checkEverything()
    }
}
