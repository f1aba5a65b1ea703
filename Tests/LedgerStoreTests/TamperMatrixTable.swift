import Foundation
import TestSupport

@testable import LedgerStore

/// A row of `schemas/tampering.md`: what was done so many times, and what came of it.
struct MatrixRow {
    let what: String
    private var changes = 0
    private var named = 0
    private var same = 0
    private var open = 0
    /// What was said, by how often; what comes of what is not found.
    private var words: [String: Int] = [:]
    private var consequences: Set<String> = []

    init(_ what: String) {
        self.what = what
    }

    /// Counts a judgement in; `consequence` is that of a change that is not found.
    mutating func count(_ judgement: Judgement, consequence: String? = nil) {
        changes += 1
        switch judgement {
        case .named(let sentence, _):
            named += 1
            words[MatrixRow.plain(sentence), default: 0] += 1
        case .same: same += 1
        case .cut:
            open += 1
            consequences.insert("what came after the last signed checkpoint is gone, as after a power cut")
        case .unseen(let columns):
            open += 1
            consequences.formUnion(
                consequence.map { [$0] }
                    ?? uncommitted.filter { !$0.columns.isDisjoint(with: columns) }.map(\.consequence))
        }
    }

    /// What is said most often, and first of those that are said as often.
    private var example: String? {
        words.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.first?.key
    }

    /// A sentence as the table can hold it.
    private static func plain(_ sentence: String) -> String {
        Shelf.withoutQuotation(sentence).replacing("|", with: "/").replacing("\n", with: " ")
    }

    var text: String {
        func number(_ count: Int) -> String { count == 0 ? "–" : "\(count)" }
        let said = [example.map { "“\($0)”" }].compactMap(\.self) + consequences.sorted().map { "*not found:* \($0)" }
        return
            "| \(what) | \(changes) | \(number(named)) | \(number(same)) | \(number(open)) | "
            + "\(said.joined(separator: "; ")) |"
    }

    static let head = """
        | what was done | changes | found and named | does not matter | not found | in whose words, and what comes of it |
        |---|---|---|---|---|---|
        """
}

/// `schemas/tampering.md`.
enum TamperingPage {
    static let file = Fixtures.checkout.appending(components: "schemas", "tampering.md")

    /// Sections of tables.
    static func sections(_ sections: [(title: String, rows: [MatrixRow])]) -> String {
        sections.map { section in
            "### \(section.title)\n\n\(MatrixRow.head)\n" + section.rows.map { "\($0.text)\n" }.joined()
        }.joined(separator: "\n")
    }

    /// The sections of single bits that stand on the page.
    static func sweeps() throws -> String {
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.firstRange(of: "### Single bits").map { String(text[$0.lowerBound...]) } ?? ""
    }

    static func text(attacks: String, sweeps: String) -> String {
        """
        # What becomes of a ledger that somebody changes

        Made by `DAYBOOK_WRITE_TABLE=1 swift test --filter TamperMatrixTests` (`=attacks` leaves the single bits as they
        are) from the sound ledgers on the shelf (`Tests/DamagedLedgers`): do not write here by hand. Each change is made on a copy, which is then opened, verified as
        `daybook verify --projections --states 100 --trust KEY --held CHECKPOINT` does, and read back: all rows of all tables.
        Where nothing is said and all is read as before, something is recorded and signed. The verifier has the folder with key
        and lock, the verifier key from elsewhere and a checkpoint, where a row does not say otherwise.

        A change *does not matter* where all that is read is what was there before: bytes between the rows of a page, counters in
        the file's header, what SQLite builds again. *Not found* is what nothing commits to, and what the threat model leaves open.
        A test fails where a change alters anything else and is not named.

        \(attacks)
        \(sweeps)
        """
    }

    /// The rows that stand on the page.
    static func rows() throws -> Set<String> {
        let text = try String(contentsOf: file, encoding: .utf8)
        return Set(text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map(String.init))
    }
}
