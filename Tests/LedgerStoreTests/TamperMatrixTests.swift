import Foundation
import GRDB
import TestSupport
import Testing

@testable import LedgerStore

/// Every byte of every file, and every attack that is known: found and named, or shown not to matter, or told openly.
///
/// `DAYBOOK_WHOLE_SWEEP=1` changes every byte, which takes a quarter of an hour or more; otherwise it is a sample, whose
/// seed is printed and can be given as `DAYBOOK_SEED`. `DAYBOOK_WRITE_TABLE=1` changes all, and writes the page.
@Suite("Tamper matrix", .serialized)
struct TamperMatrixTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let writesTable = environment["DAYBOOK_WRITE_TABLE"] != nil
    static let isWhole = writesTable || environment["DAYBOOK_WHOLE_SWEEP"] != nil
    private static let seed = environment["DAYBOOK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 32)

    /// How many changes of each ledger are tried where not all are.
    private static let sample = 400

    /// Which ledgers, and which of their files: of an unfinished one only the log, the rest being the same.
    private static let exhibits: [(name: String, title: String, files: Set<String>)] = [
        ("sound", "Single bits of a ledger's files, one at a time", Set(Shelf.files)),
        (
            "unfinished", "Single bits of the write-ahead log, in which a power cut left the last events",
            ["ledger.sqlite-wal"]
        ),
    ]

    /// Judges these changes: none may alter anything that is not named, but for what nothing commits to.
    private func rows(of sweep: Sweep, _ changes: [Sweep.Change]) throws -> [MatrixRow] {
        let part = try sweep.parts()
        var rows: [String: MatrixRow] = [:]
        for (change, judgement) in zip(changes, try sweep.judge(changes)) {
            if case .unseen(let columns) = judgement {
                let known = uncommitted.contains { columns.isSubset(of: $0.columns) }
                #expect(known, "\(change): \(columns.sorted()) differ, and nothing is said")
            }
            if case .named(let sentence, []) = judgement {
                let isLine = sentence.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
                #expect(isLine, "\(change): an error is one line: \(sentence.debugDescription)")
            }
            #expect(judgement != .cut || change.file == "ledger.sqlite-wal", "\(change): the end is gone")
            rows[part(change), default: MatrixRow(part(change))].count(judgement)
        }
        return rows.values.sorted { $0.what < $1.what }
    }

    private func rows(of attacks: [Attack], sound: Content) throws -> [MatrixRow] {
        try attacks.map { attack in
            var row = MatrixRow(attack.what)
            let exhibit = try Exhibit("sound")
            defer { exhibit.remove() }
            let files = exhibit.files()
            for change in try attack.changes(exhibit) {
                try exhibit.put(files)
                try change(exhibit)
                let judgement = attack.auditor.judge(exhibit, sound: sound, writes: attack.auditor.keys)
                switch (attack.outcome, judgement) {
                case (.named(nil), .named), (.same, .same): row.count(judgement)
                case (.named(let kind?), .named(_, let kinds)):
                    #expect(kinds.first == kind, "\(attack.what): \(judgement)")
                    row.count(judgement)
                case (.open(let consequence), .unseen): row.count(judgement, consequence: consequence)
                default: Issue.record("\(attack.what): \(judgement)")
                }
            }
            return row
        }
    }

    private func attackRows() throws -> [(title: String, rows: [MatrixRow])] {
        let sound = try Sweep("sound").sound
        return try Attack.sections.map { ($0.title, try rows(of: $0.attacks, sound: sound)) }
    }

    @Test(.enabled(if: !writesTable), arguments: exhibits.map(\.name))
    func `any byte that is changed is found, or does not matter`(name: String) throws {
        let sweep = try Sweep(name)
        let files = TamperMatrixTests.exhibits.first { $0.name == name }!.files
        guard !TamperMatrixTests.isWhole else {
            _ = try rows(of: sweep, sweep.whole(files))
            return
        }
        print("seed \(TamperMatrixTests.seed)")
        var random = SplitMix64(seed: TamperMatrixTests.seed)
        let all = sweep.everyBit(of: files)
        let some = (0..<TamperMatrixTests.sample).map { _ in all.randomElement(using: &random)! }
        _ = try rows(of: sweep, some)
    }

    @Test(.enabled(if: !writesTable)) func `every attack comes to what the page says`() throws {
        let written = try TamperingPage.rows()
        for section in try attackRows() {
            for row in section.rows { #expect(written.contains(row.text), "not in schemas/tampering.md: \(row.text)") }
        }
    }

    @Test(.enabled(if: writesTable)) func `the page is written`() throws {
        let attacks = TamperingPage.sections(try attackRows())
        guard TamperMatrixTests.environment["DAYBOOK_WRITE_TABLE"] != "attacks" else {
            let text = TamperingPage.text(attacks: attacks, sweeps: try TamperingPage.sweeps())
            return try Data(text.utf8).write(to: TamperingPage.file)
        }
        let sweeps = try TamperMatrixTests.exhibits.map { exhibit in
            let sweep = try Sweep(exhibit.name)
            return (exhibit.title, try rows(of: sweep, sweep.whole(exhibit.files)))
        }
        try Data(TamperingPage.text(attacks: attacks, sweeps: TamperingPage.sections(sweeps)).utf8).write(
            to: TamperingPage.file)
    }
}
