import Bookings
import Foundation
import TestSupport
import Testing

@testable import LedgerStore

/// The ledgers on the shelf: of each exactly what its expectation says, for as long as this format is read.
@Suite("The shelf of damaged ledgers")
struct ShelfTests {
    static let writes = ProcessInfo.processInfo.environment["DAYBOOK_WRITE_SHELF"] != nil

    @Test(.enabled(if: writes)) func `what is missing on it is made`() throws {
        func isMissing(_ name: String) -> Bool {
            !FileManager.default.fileExists(atPath: Shelf.folder.appending(path: "\(name)/expected.json").path)
        }
        if isMissing("sound") {
            let world = try ShelfMaking.sound()
            try ShelfMaking.keep(
                Exhibit(folder: world.folder, trusted: world.verifier), as: "sound",
                .init(done: "nothing", verifier: Auditor().parts, exit: 0))
            try keep(Exhibit("sound"), as: "sound", done: "nothing", Auditor())
        }
        if isMissing("unfinished") {
            let exhibit = try Exhibit("sound")
            try exhibit.put(ShelfMaking.unfinished(in: exhibit))
            let done = "a power cut: an event, a checkpoint and one event more are in the write-ahead log only"
            try keep(exhibit, as: "unfinished", done: done, Auditor())
        }
        for attack in Attack.sections.flatMap(\.attacks) {
            guard let name = attack.exhibit, isMissing(name) else { continue }
            let exhibit = try Exhibit("sound")
            for change in try attack.changes(exhibit) { try change(exhibit) }
            try keep(exhibit, as: name, done: attack.what, attack.auditor)
        }
    }

    private func keep(_ exhibit: Exhibit, as name: String, done: String, _ auditor: Auditor) throws {
        defer { exhibit.remove() }
        // Opening it mends what a power cut left: it is kept as it was before.
        let files = exhibit.files()
        let said = try ShelfTests.said(of: exhibit, done: done, auditor)
        try exhibit.put(files)
        try ShelfMaking.keep(exhibit, as: name, said)
    }

    /// What is said of an exhibit now.
    static func said(of exhibit: Exhibit, done: String, _ auditor: Auditor) throws -> Shelf.Expectation {
        var said = Shelf.Expectation(done: done, verifier: auditor.parts, exit: 0)
        func listed(_ defects: [Defect]) -> [Shelf.Expectation.Defect] {
            defects.map {
                .init(
                    code: $0.code, index: $0.index, kind: $0.kind.rawValue,
                    sentence: Shelf.withoutQuotation($0.sentence))
            }
        }
        do {
            let ledger = try Ledger.open(
                path: exhibit.ledgerPath, keys: auditor.keys ? exhibit.keys : nil,
                clock: { Timestamp("2026-02-01T00:00:00Z")! })
            let verification = try ledger.verify(auditor.request(exhibit))
            said.size = verification.size
            said.assurance = verification.assurance.map(\.rawValue)
            said.defects = listed(verification.defects)
            let lacksSignature = auditor.trust && !verification.assurance.contains(.signed)
            said.exit =
                !verification.defects.isEmpty || lacksSignature ? 2 : !verification.unreached.isEmpty ? 3 : 0
            // Where a page is damaged the entries may not all be read; that is said already.
            let history = try? ledger.history()
            said.unreadable = listed(history?.verification.defects.filter { $0.kind == .unreadable } ?? [])
        } catch let error as LedgerError {
            said.error = Shelf.withoutQuotation(
                error.description.replacing(exhibit.folder.path + "/", with: ""))
            said.exit = if case .storage = error { 74 } else { 65 }
        }
        return said
    }

    @Test(arguments: try Shelf.names())
    func `is said to be what it is`(name: String) throws {
        let expected = try Shelf.expectation(name)
        let exhibit = try Exhibit(name)
        defer { exhibit.remove() }
        let auditor = Auditor(
            keys: expected.verifier.contains("keys"), trust: expected.verifier.contains("trust"),
            held: expected.verifier.contains("held"))
        #expect(try ShelfTests.said(of: exhibit, done: expected.done, auditor) == expected)
    }
}
