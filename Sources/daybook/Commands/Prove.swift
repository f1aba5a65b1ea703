import ArgumentParser
import Auditing
import Bookings
import Console
import Evidence
import Foundation
import LedgerStore
import Schedules
import Transparency

struct Prove: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes evidence about one booking, which anybody can check without the ledger.",
        discussion: """
            Two files are written (earlier ones there are kept): evidence.html for people, and evidence.json, which holds the booking's entries, the proofs that they stand unchanged in the ledger, what the ledger \
            declares to be all of them, and the readings of the schedule that tell since when it is gone. For an id that \
            nobody recorded it shows that there is nothing. Whoever gets it checks it with daybook-verify, and compares \
            the key's fingerprint with one that they got elsewhere.

            No personal value is in it unless you name its field with --disclose; other clients' values never are. That \
            evidence was made is recorded, with its digest, by whom, and (sealed) for whom.

            EXIT STATUS  0 it was made and recorded, or made from a ledger that may only be read; 2 no evidence can be made, \
            or it was made from a ledger whose lock disagrees; 3 made, and a checkpoint given with --held is not reached; 66 \
            no such booking and no source named; 73 it cannot be written there.
            """)

    @OptionGroup var options: LedgerOptions
    @Argument(help: "The booking's id.") var booking: String
    @Option(help: ArgumentHelp("The source, where several have this id, or none.", valueName: "id")) var source: String?
    @Option(
        help: ArgumentHelp("The folder that the evidence is written to; made where there is none.", valueName: "dir"))
    var out: String
    @Option(
        help: ArgumentHelp(
            "A sealed field to disclose, as client.name; \"all\" for all that are left. Several may be given.",
            valueName: "field")) var disclose: [String] = []
    @Flag(help: "Show the bookings made in the same breath too, without their clients.") var siblings = false
    @Option(
        help: ArgumentHelp(
            "A checkpoint that somebody holds: the evidence shows that nothing was rewritten since. A file, or a folder.",
            valueName: "file")) var held: [String] = []
    @Option(
        help: ArgumentHelp("Show every reading of the schedule from this day on: 2026-03-01.", valueName: "day"))
    var readingsFrom: String?
    @Option(help: ArgumentHelp("Show every reading of the schedule up to this day.", valueName: "day"))
    var readingsTo: String?
    @Option(help: ArgumentHelp("Who makes the evidence: a login.", valueName: "who")) var by: String?
    @Option(help: ArgumentHelp("For whom it is; kept sealed.", valueName: "whom")) var `for`: String?

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            guard let keys = ledger.keys else {
                throw Terminal.fail("the ledger's keys are needed; name their directory with --keys", 66)
            }
            let request = try self.request(ledger, configuration)
            let access = try access(to: ledger)
            if access == .written, try !ledger.stateCovers(request) { _ = try ledger.recordState() }
            guard let note = access == .written ? try ledger.kept(ledger.checkpoint()) : try ledger.lastNote() else {
                throw Terminal.fail("no checkpoint of this ledger was ever signed: nothing can be proven under one", 3)
            }
            // An older copy's last note is by the key that signed then.
            let verifier = try keys.signer(of: note) ?? keys.verifierKey()
            let evidence = try ledger.evidence(for: request, under: note, by: verifier)
            // What is handed out is checked as its receiver will: a ledger that was tampered with proves nothing.
            let verification = EvidenceVerifier(trusted: [verifier], held: request.held).verify(evidence)
            guard let content = verification.content else {
                throw refused(verification.refusal)
            }
            let bytes = evidence.bytes
            let shown = content.records.compactMap { $0.entry?.appointment?.zone }.last
            let clock = LocalClock(zone: configuration.source(request.key.source)?.zone ?? shown, rules: .system)
            let report = EvidenceReport(content, clock: clock)
            let page = EvidencePage(
                content, report, assurance: verification.assurance, made: clock.text(systemClock()), clock: clock)
            try write(bytes, Array(page.html.utf8))
            if access == .written {
                try ledger.recordExport(
                    of: request.key, size: content.checkpoint.size, digest: Hash.sha256(bytes),
                    by: by.map { Entry.Actor(kind: .user, id: $0) }, for: `for`)
                try ledger.checkpoint()
            }
            say(report, content, bytes)
            for held in verification.unreached { Terminal.say(held.sentence) }
            if access == .refused { throw ExitCode(2) }
            if !verification.unreached.isEmpty { throw ExitCode(3) }
        }
    }

    private func refused(_ refusal: EvidenceRefusal?) -> ExitCode {
        let sentence = refusal?.sentence ?? ""
        guard refusal?.kind == .notConsistent else {
            return Terminal.fail("no evidence can be made: \(sentence) Run \"daybook verify\"", 2)
        }
        return Terminal.fail(
            "no evidence can be made: AR403: \(sentence) It was signed by this ledger's key: run \"daybook verify --held\"",
            2)
    }

    private func request(_ ledger: Ledger, _ configuration: Configuration) throws -> EvidenceRequest {
        var request = EvidenceRequest(key: try key(ledger, configuration))
        if siblings {
            let beside = try ledger.history(of: ledger.neighbours(of: request.key))
            request.siblings = Set(
                beside.bookingsMadeInTheSameBreath(as: request.key, thresholds: configuration.thresholds)
                    .map(\.booking))
        }
        if !disclose.isEmpty {
            let (all, fields) = try ledger.sealedFields(of: request.key)
            let left = fields.isEmpty ? "none is" : "\(fields.sorted().joined(separator: ", ")) can be"
            let unknown = Set(disclose).subtracting(all).subtracting(["all"]).sorted()
            guard unknown.isEmpty else {
                throw Terminal.fail(
                    "--disclose \(unknown.joined(separator: ", ")): no such field of this booking was sealed; \(left) "
                        + "disclosed", 64)
            }
            request.fields = disclose.contains("all") ? fields : Set(disclose)
            for name in Set(disclose).subtracting(fields).subtracting(["all"]).sorted() {
                Terminal.say("--disclose \(name): no value of this field is left; \(left) disclosed")
            }
        }
        request.held = try held.flatMap { try CheckpointFile.all(in: $0) }
        if readingsFrom != nil || readingsTo != nil {
            let from = try day(readingsFrom, "--readings-from") ?? Timestamp(seconds: 0)
            let to = try day(readingsTo, "--readings-to").map { $0 + 86_399 } ?? systemClock()
            guard from <= to else { throw Terminal.fail("--readings-from lies after --readings-to", 64) }
            request.readings = from...to
        }
        return request
    }

    /// An id that nobody recorded is proven absent, from a source that is.
    private func key(_ ledger: Ledger, _ configuration: Configuration) throws -> BookingKey {
        let id = Identifier(booking)
        guard id.isRecordable else { throw Terminal.fail("an id has 1 to \(Identifier.longest) bytes", 64) }
        let having = try ledger.sources(having: id)
        if let source {
            let source = Identifier(source)
            guard source.isRecordable else { throw Terminal.fail("--source has 1 to \(Identifier.longest) bytes", 64) }
            if !having.isEmpty, !having.contains(source) {
                Terminal.say(
                    "no booking \"\(booking)\" of the source \"\(source)\" is recorded: that is what is proven; there is one of "
                        + having.map { "\"\($0)\"" }.joined(separator: ", "))
            }
            return BookingKey(source: source, booking: id)
        }
        guard having.isEmpty else { return try ledger.only(booking, source: nil) }
        let known = configuration.sources.map(\.id)
        guard let only = known.first, known.count == 1 else {
            throw Terminal.fail(
                "no booking \"\(booking)\" is recorded; to prove that of a source, name it with --source", 66)
        }
        return BookingKey(source: only, booking: id)
    }

    private func day(_ text: String?, _ option: String) throws -> Timestamp? {
        guard let text else { return nil }
        guard let time = Timestamp(text + "T00:00:00Z") else {
            throw Terminal.fail("\(option) \(text): a day is written 2026-03-01", 64)
        }
        return time
    }

    /// Whether the ledger takes entries. Where it does not, the last note and state serve, and nothing is recorded.
    private enum Access {
        case written, read
        /// Its lock says that it was changed, or is not there: what it holds can still be shown, and that is said.
        case refused
    }

    private func access(to ledger: Ledger) throws -> Access {
        let serves = "The last checkpoint and state serve; nothing is recorded"
        do throws(LedgerError) {
            switch try ledger.lockStanding() {
            case .agrees where !ledger.isReadOnly: return .written
            case .agrees, .notAsked:
                Terminal.say("the ledger may not be written here. \(serves)")
                return .read
            case .disagrees(let defect): Terminal.say("\(defect.code): \(defect.sentence) \(serves)")
            case .lost(let sentence): Terminal.say("\(sentence). \(serves)")
            }
        } catch .rolledBack(let sentence) { Terminal.say("\(sentence). \(serves)") }
        return .refused
    }

    /// Writes the two files. What lies there already is kept under a name of its own: it may show what was erased since.
    private func write(_ json: [UInt8], _ page: [UInt8]) throws {
        do { try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true) } catch {
            throw Terminal.fail("\(out): the folder cannot be made", 73)
        }
        try keepEarlier()
        for (name, bytes) in [("evidence.json", json), ("evidence.html", page)] {
            do throws(DurableFileError) { try DurableFile.write(bytes, to: "\(out)/\(name)") } catch {
                throw Terminal.fail("\(out)/\(name): \(error.description)", 73)
            }
        }
    }

    private func keepEarlier() throws {
        let files = FileManager.default
        let there = ["json", "html"].filter { kind in
            var isFolder: ObjCBool = false
            return files.fileExists(atPath: "\(out)/evidence.\(kind)", isDirectory: &isFolder) && !isFolder.boolValue
        }
        guard !there.isEmpty else { return }
        let number = (1...).first { number in
            !["json", "html"].contains { files.fileExists(atPath: "\(out)/evidence-\(number).\($0)") }
        }!
        for kind in there {
            let kept = "\(out)/evidence-\(number).\(kind)"
            do { try files.moveItem(atPath: "\(out)/evidence.\(kind)", toPath: kept) } catch {
                throw Terminal.fail("\(out)/evidence.\(kind): it is there already, and cannot be moved away", 73)
            }
        }
        Terminal.say(
            "what lay in \(out) is kept as evidence-\(number).\(there.joined(separator: " and .")): delete it where nobody "
                + "needs it, since it may show what was erased")
    }

    private func say(_ report: EvidenceReport, _ content: EvidenceContent, _ bytes: [UInt8]) {
        let verifier = content.evidence.verifier
        if options.json {
            Terminal.print(
                JSONValue.object([
                    "format": .string("daybook-export/v1"), "file": .string("\(out)/evidence.json"),
                    "page": .string("\(out)/evidence.html"),
                    "digest": .string(Hash.sha256(bytes).base64), "size": .integer(content.checkpoint.size),
                    "entries": .array(content.records.map { .integer($0.index) }),
                    "state": .integer(content.state.index), "verifier": .string(verifier.text),
                    "sentence": .string(report.sentence),
                ]))
            return
        }
        Terminal.print(Terminal.folded(report.sentence))
        Terminal.print("")
        Terminal.print("Written to \(out): evidence.html, to be read, and evidence.json. Whoever gets them runs:")
        Terminal.print("  daybook-verify evidence.json --trust '\(verifier.text)'")
        Terminal.print("The key, to be compared over the telephone:")
        Terminal.print("  \(verifier.fingerprint)")
    }
}
