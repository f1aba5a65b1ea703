import Bookings
import Console
import Foundation
import LedgerStore
import Schedules
import Transparency

/// Brings a checkpoint, and the verifier key with it, to places outside the ledger's reach.
///
/// Nothing that lies there and is not of this ledger's past is written over: it may be all that shows a rewrite.
struct AnchorDelivery {
    let note: SignedNote
    let checkpoint: Checkpoint
    let verifier: VerifierKey
    let ledger: Ledger

    /// What became of one anchor.
    struct Outcome {
        let anchor: String
        let isDone: Bool
        let sentence: String

        var json: JSONValue {
            .object(["anchor": .string(anchor), "done": .boolean(isDone), "sentence": .string(sentence)])
        }
    }

    init(of note: SignedNote, in ledger: Ledger, keys: KeyDirectory) throws {
        self.note = note
        checkpoint = try Checkpoint(text: note.text)
        verifier = try keys.verifierKey()
        self.ledger = ledger
    }

    /// Tries every anchor; one that fails does not stop the others.
    func send(to anchors: [Configuration.Anchor]) -> [Outcome] {
        anchors.map { anchor in
            do throws(OutsideError) {
                return Outcome(anchor: anchor.name, isDone: true, sentence: try send(to: anchor))
            } catch {
                return Outcome(anchor: anchor.name, isDone: false, sentence: error.sentence)
            }
        }
    }

    private func send(to anchor: Configuration.Anchor) throws(OutsideError) -> String {
        switch anchor.way {
        case .file(let path): return try write(file: path)
        case .folder(let path): return try write(folder: path)
        case .command(let words):
            try ProgramRun(
                program: words[0], arguments: Array(words.dropFirst()), input: bytes,
                environment: ["DAYBOOK_VERIFIER": verifier.text], timeout: anchor.timeout
            ).run()
            return "taken"
        case .email(let address, let sendmail):
            try ProgramRun(
                program: sendmail, arguments: ["-t", "-i"], input: mail(to: address).bytes(),
                timeout: anchor.timeout
            ).run()
            return "handed to \(sendmail)"
        case .put(let url, let tokenFile):
            var headers = ["Content-Type": "text/plain; charset=utf-8", "X-Daybook-Verifier": verifier.text]
            if let tokenFile { headers["Authorization"] = "Bearer \(try SecretFile.token(tokenFile))" }
            _ = try WebExchange(
                method: "PUT", url: url, headers: headers, body: bytes, timeout: anchor.timeout, largest: 1 << 16
            ).run()
            return "taken"
        }
    }

    private var bytes: [UInt8] { Array(note.description.utf8) }

    // MARK: Files

    private func write(file path: String) throws(OutsideError) -> String {
        try requirePast(path)
        try write(bytes, to: path)
        try writeKey(beside: path)
        return "written, \(checkpoint.size.entries)"
    }

    private func write(folder: String) throws(OutsideError) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw OutsideError(sentence: "there is no such folder: make it, or is its disk not there?")
        }
        let base = checkpoint.origin.replacing("/", with: "_")
        let digits = String(checkpoint.size)
        let name = "\(base)-\(String(repeating: "0", count: max(0, 12 - digits.count)))\(digits).note"
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw OutsideError(sentence: "the folder cannot be read")
        }
        // Digits of one length sort as numbers: the last is the newest.
        let kept = names.filter { $0.hasPrefix("\(base)-") && $0.hasSuffix(".note") }.sorted()
        if let newest = kept.last { try requirePast("\(folder)/\(newest)") }
        try writeKey(beside: "\(folder)/\(base)")
        if kept.contains(name) {
            try requirePast("\(folder)/\(name)")
            return "\(name) is there already"
        }
        try write(bytes, to: "\(folder)/\(name)")
        return "written as \(name)"
    }

    /// Requires that what lies at the path is nothing, or a checkpoint from which this ledger has grown.
    private func requirePast(_ path: String) throws(OutsideError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let data = CheckpointFile.start(of: path, count: SignedNote.largest.bytes + 1),
            data.count <= SignedNote.largest.bytes, let text = String(validating: data, as: UTF8.self),
            let note = try? SignedNote(text), let there = try? Checkpoint(text: note.text)
        else { throw OutsideError(sentence: "\(path) is there and is no checkpoint; nothing is written over it") }
        guard there.origin.utf8.elementsEqual(checkpoint.origin.utf8) else {
            throw OutsideError(sentence: "\(path) is a checkpoint of another ledger; nothing is written over it")
        }
        guard (try? ledger.hasGrown(from: there)) == true else {
            throw OutsideError(
                sentence:
                    "AR403: \(path) is a checkpoint of \(there.size.entries) that is not of this ledger's past; nothing is "
                    + "written over it: run daybook verify --held \(path)")
        }
    }

    /// The verifier key in `NAME.vkey`; where another one lies there, beside it under its own id.
    private func writeKey(beside base: String) throws(OutsideError) {
        let content = Array("\(verifier.text)\n".utf8)
        let id = String(verifier.text.split(separator: "+").dropFirst().first ?? "")
        for path in ["\(base).vkey", "\(base).\(id).vkey"] {
            guard FileManager.default.fileExists(atPath: path) else { return try write(content, to: path) }
            if CheckpointFile.start(of: path, count: content.count + 1).map(Array.init) == content { return }
        }
        throw OutsideError(sentence: "\(base).vkey is there and is not this ledger's verifier key")
    }

    private func write(_ bytes: [UInt8], to path: String) throws(OutsideError) {
        do throws(DurableFileError) { try DurableFile.write(bytes, to: path, mode: 0o644) } catch {
            throw OutsideError(sentence: "\(path): \(error.description)")
        }
    }

    // MARK: Mail

    /// A mail as `sendmail -t` takes it; its text goes out as it is, because lines of it are copied by hand.
    private func mail(to address: String) -> MailMessage {
        let text = """
            Please keep this mail. It is a signed checkpoint of the ledger \(checkpoint.origin). With it, you can show later
            whether anything before it was changed:

                daybook verify --held CHECKPOINT --trust VERIFIER

            CHECKPOINT is a file with the lines between the two rules:

            -------------------------------------------------------------------------------
            \(note.description)-------------------------------------------------------------------------------

            VERIFIER is this key; compare it with the one in earlier mails:

            \(verifier.text)

            """
        return MailMessage(
            to: address, subject: "Checkpoint of \(checkpoint.origin): \(checkpoint.size.entries)", text: text,
            date: ledger.now, transfer: .eightBit)
    }
}

extension Configuration.Anchor {
    /// How an anchor is named to people, without what may be secret.
    var name: String {
        switch way {
        case .file(let path): "file \(path)"
        case .folder(let path): "folder \(path)"
        case .command(let words): "command \(words[0])"
        case .email(let address, _): "email \(address)"
        case .put(let url, _): "put \(WebExchange.withoutQuery(url))"
        }
    }
}
