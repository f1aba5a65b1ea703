import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// What was erased stands in no file of the ledger any more: every byte of them is looked through.
@Suite("Erased bytes")
struct ErasedBytesTests {
    /// A word that stands nowhere by chance.
    private static func word(_ random: inout SplitMix64) -> String {
        String((0..<12).map { _ in "bcdfghjklmnpqrstvwxz".randomElement(using: &random)! })
    }

    private struct Person {
        let id, name, phone, email, note: String

        init(_ random: inout SplitMix64) {
            id = "C-" + word(&random)
            name = word(&random).capitalized + " " + word(&random).capitalized
            phone = "+44" + String((0..<11).map { _ in "0123456789".randomElement(using: &random)! })
            email = word(&random) + "@example.org"
            // Some do not fit into a page.
            note = (0..<Int.random(in: 1...700, using: &random)).map { _ in word(&random) }.joined(separator: " ")
        }

        func event(_ booking: String, _ number: Int, _ random: inout SplitMix64) -> String {
            let type = ["created", "modified", "modified", "cancelled"].randomElement(using: &random)!
            let text = Bool.random(using: &random) ? #","note":"\#(note)""# : ""
            return Sample.event(
                "booking.\(type)", booking, event: "e-\(number)",
                data: #""client":{"id":"\#(id)","name":"\#(name)","phone":"\#(phone)","email":"\#(email)"}"# + text)
        }
    }

    /// The files of the ledger and of its keys, by name.
    private func files(_ world: World) throws -> [String: Data] {
        var files: [String: Data] = [:]
        let all = FileManager.default.enumerator(at: world.folder, includingPropertiesForKeys: [.isRegularFileKey])!
        for case let file as URL in all {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false else { continue }
            files[file.lastPathComponent] = try Data(contentsOf: file)
        }
        return files
    }

    /// Everything secret of some entries: values, salts as bytes and as text, terms.
    private func secrets(_ world: World, where condition: String) throws -> [[UInt8]] {
        try world.ledger.queue.read { database in
            var secrets: Set<[UInt8]> = []
            for row in try Row.fetchAll(database, sql: "SELECT name, salt, value FROM disclosure WHERE \(condition)") {
                let (name, salt, value) = (row["name"] as String, Array(row["salt"] as Data), row["value"] as String)
                secrets.formUnion([salt, Array(Base64.url.encode(salt).utf8), Array(Base64.standard.encode(salt).utf8)])
                secrets.insert(Array(value.utf8))
                // A page or a log may have any piece of a long one.
                for piece in value.split(separator: " ") { secrets.insert(Array(piece.utf8)) }
                for term in SearchTerm.terms(name: name, value: value) { secrets.insert(Array(term.utf8)) }
            }
            for salt in try Data.fetchAll(
                database,
                sql: """
                    SELECT salt FROM delivery WHERE salt IS NOT NULL
                    AND entry IN (SELECT entry FROM disclosure WHERE \(condition))
                    """)
            {
                secrets.insert(Array(salt))
            }
            return Array(secrets)
        }
    }

    /// The names of the files in which one of these stands. All are looked for at once, by their first eight bytes.
    private func places(of secrets: [[UInt8]], in files: [String: Data]) -> [String] {
        func start(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
        let starts = Dictionary(grouping: secrets) { start($0) }
        var found: [String] = []
        for (name, data) in files {
            let bytes = Array(data)
            var window: UInt64 = 0
            for (place, byte) in bytes.enumerated() {
                window = window << 8 | UInt64(byte)
                guard place >= 7, let candidates = starts[window] else { continue }
                for secret in candidates where bytes[(place - 7)...].starts(with: secret) {
                    found.append("\(name) at \(place - 7): \(String(decoding: secret, as: UTF8.self))")
                }
            }
        }
        return found
    }

    @Test(arguments: [UInt64(1), 4])
    func `stand in no file of the ledger or its keys`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let world = try World()
        let people = (0..<40).map { _ in Person(&random) }
        var number = 0
        for _ in 0..<30 {
            let batch = (0..<Int.random(in: 1...60, using: &random)).map { _ -> String in
                number += 1
                let place = people.indices.randomElement(using: &random)!
                return people[place].event("A-\(place)-\(Int.random(in: 0..<4, using: &random))", number, &random)
            }
            try world.record(batch)
            if Bool.random(using: &random) { try world.record(["{cut \(people.randomElement(using: &random)!.name)"]) }
            if Bool.random(using: &random) { try world.ledger.checkpoint() }
            if Int.random(in: 0..<8, using: &random) == 0 { _ = try world.ledger.emptyWriteAheadLog() }
            if Int.random(in: 0..<8, using: &random) == 0 {
                _ = try world.ledger.erase(
                    ErasureScope(client: people.randomElement(using: &random)!.id), by: ErasureTests.mary, reason: "x")
            }
        }
        let scopes = [
            ErasureScope(client: people[0].id), ErasureScope(client: people[1].id),
            ErasureScope(booking: .crm("A-2-0")),
            ErasureScope(fields: ["note"]), ErasureScope(fields: ["client.name", "client.phone"]),
            ErasureScope(fields: ["client.id"]),
        ]
        for scope in scopes {
            let planned = try world.ledger.erasure(of: scope)
            let condition = planned.erased.map { row in
                "entry = \(row.entry) AND name IN (\(row.fields.map { "'\($0)'" }.joined(separator: ",")))"
            }
            var gone: [[UInt8]] = []
            for part in stride(from: 0, to: condition.count, by: 100) {
                gone += try secrets(
                    world, where: condition[part..<min(part + 100, condition.count)].joined(separator: " OR "))
            }
            let before = places(of: gone, in: try files(world))
            #expect(gone.isEmpty || !before.isEmpty, "the search finds what is there")
            _ = try world.ledger.erase(scope, by: ErasureTests.mary, reason: "client-request")
            try world.ledger.checkpoint()
            #expect(try world.ledger.emptyWriteAheadLog())
            // What another entry still discloses stays.
            let kept = Set(try secrets(world, where: "1"))
            let found = places(of: gone.filter { !kept.contains($0) }, in: try files(world))
            #expect(found.isEmpty, "\(found.count): \(found.prefix(5))")
        }
        try world.checkEverything()
    }
}
