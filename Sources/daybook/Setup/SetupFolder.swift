import ArgumentParser
import Bookings
import Console
import Foundation
import LedgerStore
import Schedules
import Transparency

/// The folder that a practice's set-up lives in. Nothing in it is ever overwritten, and what an earlier setup that was
/// ended early left there is gone on with.
struct SetupFolder {
    /// The whole path.
    let path: String
    /// The whole path of the folder of the keys, and how the configuration names it.
    let keysPath: String
    let keysName: String

    init(_ path: String, keys: String?) {
        self.path = SetupFolder.whole(path)
        keysPath = keys.map(SetupFolder.whole) ?? self.path + "/daybook-keys"
        keysName = keys.map(SetupFolder.whole) ?? "daybook-keys"
    }

    /// The path from the root on, without `.`, `..` and a slash at its end.
    static func whole(_ path: String) -> String {
        URL(filePath: path).standardizedFileURL.path(percentEncoded: false).trimmed
    }

    var configuration: String { path + "/daybook.yaml" }
    var ledger: String { path + "/daybook.sqlite" }
    private var keys: KeyDirectory { KeyDirectory(path: keysPath) }

    /// How the configuration names a file: by its name where it lies in this folder, else by its whole path.
    func name(of file: String) -> String {
        let whole = SetupFolder.whole(file)
        return whole.hasPrefix(path + "/") ? String(whole.dropFirst(path.count + 1)) : whole
    }

    /// What stands here.
    enum State {
        case free
        /// All but the first night.
        case unfinished(Configuration)
    }

    /// Refuses a folder that is set up already.
    func state() throws -> State {
        let size = try? open().size()
        guard FileManager.default.fileExists(atPath: configuration) else {
            guard size ?? 0 > 1 else { return .free }
            throw refusal("a ledger with \(size!) entries is there already")
        }
        guard size == 1, let found = try? Configuration.read(path: configuration), !found.sources.isEmpty else {
            throw refusal("daybook.yaml is there already")
        }
        return .unfinished(found)
    }

    private func refusal(_ what: String) -> ExitCode {
        Terminal.fail(
            "\(path): \(what), and nothing was changed; daybook doctor (in that folder) says how it stands, and --into "
                + "DIR sets up another folder", 73)
    }

    func open() throws(LedgerError) -> Ledger {
        try Ledger.open(path: ledger, keys: keys.hasKey ? keys : nil, clock: systemClock)
    }

    func verifier() throws(LedgerError) -> VerifierKey { try keys.verifierKey() }

    /// Writes everything; the configuration comes last, so that it stands only where the rest does.
    func write(_ text: String, origin: String, files: [(name: String, text: String)]) throws {
        for file in files where try isOther(file.name, file.text) {
            throw Terminal.fail(
                "\(path)/\(file.name) is there already, with other content; move it away, and run again", 73)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw Terminal.fail("\(path): this folder cannot be made", 73) }
        try createLedger(origin)
        for file in files { try put(file.text, file.name, mode: 0o644) }
        try put(text, "daybook.yaml", mode: 0o600)
    }

    private func createLedger(_ origin: String) throws {
        // What an earlier setup made, and did not come to configure.
        if let begun = try? open(), (try? begun.size()) == 1 {
            guard begun.origin == origin else {
                throw Terminal.fail(
                    "\(ledger): an earlier setup named this ledger \(begun.origin); say --origin \(begun.origin), or move "
                        + "it and \(keysPath) away", 73)
            }
            // One that was ended before its first checkpoint stood is completed below.
            if case .agrees = try begun.lockStanding() { return }
        }
        _ = try Ledger.create(path: ledger, origin: origin, keys: keys, clock: systemClock)
    }

    private func isOther(_ name: String, _ text: String) throws -> Bool {
        guard let there = FileManager.default.contents(atPath: "\(path)/\(name)") else { return false }
        return there != Data(text.utf8)
    }

    private func put(_ text: String, _ name: String, mode: UInt32) throws {
        do { try DurableFile.write(Array(text.utf8), to: "\(path)/\(name)", mode: mode) } catch {
            throw Terminal.fail("\(path)/\(name): \(error.description)", 74)
        }
    }

    /// Requires that a configuration is read as it was meant, before it is kept.
    func check(_ text: String, means source: Configuration.Source) throws {
        let draft = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString).yaml").path
        defer { unlink(draft) }
        do { try DurableFile.write(Array(text.utf8), to: draft, mode: 0o600) } catch {
            throw Terminal.fail("\(draft): \(error.description)", 74)
        }
        var read = try Configuration.read(path: draft).sources.first
        // The draft lies elsewhere, and so does what it names relative to itself.
        if let origin = source.schedule?.origin { read?.schedule?.origin = origin }
        guard read == source else {
            throw Terminal.fail("the configuration would not be read as it was answered; please report this", 70)
        }
    }
}

extension String {
    /// Without a slash at its end.
    fileprivate var trimmed: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
