import ArgumentParser
import Auditing
import Bookings
import Console
import Foundation
import LedgerStore
import Schedules
import Transparency

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is wrong with this set-up, and what to do.",
        discussion: """
            Looks at the configuration (every mistake by line), reads each source's schedule as a night would (which runs \
            its program, or asks its server, and records nothing), looks at the ledger's file, its keys, its lock, and \
            where checkpoints are kept. It does not verify the ledger: that is daybook verify.

            --adopt-lock mends a lost lock from a checkpoint that you hold.

            EXIT STATUS  0 nothing is BAD, whatever it warns of; 1 something is BAD, and a night would stumble over it; 2 \
            --rebuild found that the entries themselves are not sound; 64 usage; 65, 66 or 77 what --adopt-lock or \
            --rebuild needs cannot be read.
            """)

    @OptionGroup var options: LedgerOptions
    @Flag(name: .customLong("unread"), help: "Leave the schedules unread: no program is run, and no server asked.")
    var leavesUnread = false
    @Flag(help: "Make the look-up tables anew from the entries, where verify --projections found them changed.")
    var rebuild = false
    @Option(help: ArgumentHelp("Make this checkpoint the lock, if it is of this ledger.", valueName: "file"))
    var adoptLock: String?

    func run() throws {
        try reporting {
            var examination = Examination()
            let configuration = examination.configuration(options)
            if let file = adoptLock {
                let ledger = try options.open(configuration)
                try ledger.adoptLock(try CheckpointFile.read(file))
                Terminal.say("the lock is the checkpoint in \(file)")
            }
            if rebuild {
                let verification = try options.open(configuration).rebuildProjections()
                guard verification.defects.isEmpty else {
                    throw Terminal.fail(
                        "the entries themselves are not sound; nothing was changed: run daybook verify", 2)
                }
                Terminal.say("the look-up tables were made anew from \(verification.size.entries)")
            }
            examination.sources(options, configuration, reads: !leavesUnread)
            examination.ledger(options, configuration)
            let findings = examination.results
            if options.json {
                Terminal.print(
                    JSONValue.object([
                        "format": .string("daybook-doctor/v1"),
                        "results": .array(
                            findings.map {
                                .object([
                                    "state": .string($0.state.rawValue), "about": .string($0.about),
                                    "sentence": .string($0.sentence),
                                ])
                            }),
                    ]))
            } else {
                for result in findings {
                    Terminal.print(
                        "\(result.state.mark)  \(result.about): " + Terminal.folded(result.sentence, indent: 6))
                }
            }
            if findings.contains(where: { $0.state == .bad }) { throw ExitCode(1) }
        }
    }
}

/// What was looked at, and how it stands.
private struct Examination {
    enum State: String {
        case good, warning, bad

        var mark: String {
            switch self {
            case .good: "ok  "
            case .warning: "warn"
            case .bad: "BAD "
            }
        }
    }

    private(set) var results: [(state: State, about: String, sentence: String)] = []
    private var hasConfiguration = true
    /// False where the configuration is not known, or not understood.
    private var knowsSources = false

    private mutating func note(_ state: State, _ about: String, _ sentence: String) {
        results.append((state, about, sentence))
    }

    mutating func configuration(_ options: LedgerOptions) -> Configuration {
        guard let path = options.configurationPath else {
            hasConfiguration = false
            note(.warning, "configuration", "there is none (daybook.yaml): zone and coverage must be given each time")
            return Configuration()
        }
        do throws(ConfigurationError) {
            let configuration = try Configuration.read(path: path)
            knowsSources = true
            let count = configuration.sources.count
            note(.good, "configuration", "\(path), \(count) \(count == 1 ? "source" : "sources")")
            let telling = TellingExamination(configuration: configuration)
            if let sentence = telling.silence { note(.warning, "alerts", sentence) }
            for result in telling.results { note(result.isUsable ? .good : .bad, result.about, result.sentence) }
            return configuration
        } catch {
            for line in error.description.split(separator: "\n") { note(.bad, "configuration", String(line)) }
            return Configuration()
        }
    }

    /// Looks at each source, and reads its schedule where that is wanted.
    mutating func sources(_ options: LedgerOptions, _ configuration: Configuration, reads: Bool) {
        for source in configuration.sources {
            var examination = SourceExamination(
                source, configuration, keys: options.keyDirectory(configuration), now: systemClock())
            examination.declared()
            if reads { examination.read() }
            for result in examination.results {
                let state: State =
                    switch result.state {
                    case .good: .good
                    case .warning: .warning
                    case .bad: .bad
                    }
                note(state, "source \(source.id)", result.sentence)
            }
        }
    }

    mutating func ledger(_ options: LedgerOptions, _ configuration: Configuration) {
        let path = options.ledgerPath(configuration)
        let ledger: Ledger
        do throws(LedgerError) {
            ledger = try options.open(configuration)
            note(.good, "ledger", "\(path), \(try ledger.size().entries), \(ledger.origin)")
        } catch {
            return note(.bad, "ledger", error.description)
        }
        unwatched(in: ledger, configuration)
        if let mode = Examination.mode(path), mode & 0o077 != 0 {
            note(.bad, "ledger", "others can read \(path), which holds personal values; run: chmod 600 \(path)")
        }
        let keys = options.keyDirectory(configuration)
        guard keys.hasKey else {
            return note(
                .warning, "keys", "\(keys.path) has no signing key: this ledger can be read here, and not written")
        }
        examine(keys, of: ledger, path)
    }

    /// Sources that no night reads any more.
    private mutating func unwatched(in ledger: Ledger, _ configuration: Configuration) {
        guard knowsSources else { return }
        do throws(LedgerError) {
            for source in try UnwatchedSource.all(in: ledger, configuration) {
                note(.warning, "source \(source.id)", source.sentence)
            }
        } catch { note(.bad, "ledger", error.description) }
    }

    private mutating func examine(_ keys: KeyDirectory, of ledger: Ledger, _ path: String) {
        do throws(LedgerError) {
            _ = try keys.signingKey()
            note(.good, "keys", "\(keys.path), \(try keys.verifierKey().text)")
        } catch { note(.bad, "keys", error.description) }
        if Examination.device(keys.path) == Examination.device(path) {
            note(
                .warning, "keys",
                "key, lock and ledger are on the same disk: whoever puts back an old copy of the disk puts back all three. Move "
                    + "\(keys.path) to another disk or machine, and "
                    + (hasConfiguration ? "write its path under keys in daybook.yaml" : "name it with --keys"))
        }
        do throws(LedgerError) {
            switch try ledger.lockStanding() {
            case .agrees(let checkpoint):
                note(.good, "lock", "the ledger has grown from the last checkpoint signed (\(checkpoint.size.entries))")
            case .lost(let sentence): note(.bad, "lock", sentence)
            case .disagrees(let defect): note(.bad, "lock", "\(defect.code): \(defect.sentence)")
            case .notAsked: break
            }
            if let last = try ledger.lastHeldOutside() {
                note(.good, "checkpoints", "the last one was kept outside on \(LocalClock.utc.text(last))")
            } else {
                note(
                    .warning, "checkpoints",
                    "none was ever kept outside: name anchors in the configuration, or daybook checkpoint --out FILE, on a stick or "
                        + "another machine"
                )
            }
        } catch { note(.bad, "lock", error.description) }
    }

    private static func resolved(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }

    private static func mode(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: resolved(path))[.posixPermissions] as? NSNumber)?.intValue
    }

    private static func device(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: resolved(path))[.systemNumber] as? NSNumber)?.intValue
    }
}
