import ArgumentParser
import Auditing
import Bookings
import Console
import Foundation
import LedgerStore
import Schedules
import Transparency

struct StampCheckpoint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stamp", abstract: "Has the present checkpoint time-stamped by a third party (RFC 3161).",
        discussion: """
            The times in a ledger are its keeper's. A time-stamp authority signs that a checkpoint was there at a moment; \
            the answer is recorded in the ledger, and whoever trusts the authority need not trust the keeper's clock: \
            verify --tsa-roots, history --tsa-roots. Only the hash of the checkpoint leaves this computer.

            Asked are the authorities under "stamps" in the configuration, or the one given with --url:

              daybook stamp --url https://tsa.example.org/ --tsa-roots tsa.pem

            A computer without a network writes the request to a file, and reads the answer later:

              daybook stamp --request r.tsq
              curl -H 'Content-Type: application/timestamp-query' --data-binary @r.tsq https://tsa.example.org/ > r.tsr
              daybook stamp --request r.tsq --response r.tsr

            EXIT STATUS  0 stamped; 65 the answer is not a stamp of what was asked; 69 an authority did not answer or \
            did not stamp.
            """)

    @OptionGroup var options: LedgerOptions
    @Option(help: ArgumentHelp("Ask the authority at this address.", valueName: "url")) var url: String?
    @Option(help: ArgumentHelp("The file of the request: written, or read again with --response.", valueName: "file"))
    var request: String?
    @Option(help: ArgumentHelp("An authority's answer to --request, in a file.", valueName: "file"))
    var response: String?
    @Option(
        help: ArgumentHelp("Record a stamp only by an authority under these roots, in PEM.", valueName: "file"))
    var tsaRoots: String?

    func validate() throws {
        guard url == nil || request == nil else { throw ValidationError("--url and --request do not go together") }
        guard response == nil || request != nil else {
            throw ValidationError("--response needs the --request that it answers")
        }
        if let url, let refusal = Configuration.refusal(ofAddress: url) { throw ValidationError("--url: \(refusal)") }
    }

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            let roots = try tsaRoots.map { try FileArgument.roots($0) }
            if let request, let response { return try record(response, to: request, in: ledger, under: roots) }
            if let request { return try write(request, for: ledger) }
            let authorities = url.map { [Configuration.StampAuthority(url: $0, roots: nil)] } ?? configuration.stamps
            guard !authorities.isEmpty else {
                throw Terminal.fail(
                    "no time-stamp authority is known; give one with --url, or under \"stamps\" in the configuration",
                    64)
            }
            try stamp(ledger, by: authorities, under: roots)
        }
    }

    // MARK: Over the network

    private func stamp(
        _ ledger: Ledger, by authorities: [Configuration.StampAuthority], under given: TimestampRoots?
    ) throws {
        let own = try authorities.map { try $0.roots.map { try FileArgument.roots($0) } }
        let checkpoint = try Checkpoint(text: try ledger.checkpoint().text)
        let outcomes = try zip(authorities, own).map { authority, own in
            try Stamping(ledger: ledger, checkpoint: checkpoint).ask(authority, under: given ?? own)
        }
        let recorded = outcomes.compactMap(\.stamp)
        let failures = outcomes.filter { $0.stamp == nil }.map(\.sentence)
        for failure in failures { Terminal.say(failure) }
        if !recorded.isEmpty || failures.isEmpty { try tell(recorded, over: checkpoint, in: ledger) }
        if !failures.isEmpty { throw ExitCode(69) }
    }

    // MARK: Through files

    private func write(_ request: String, for ledger: Ledger) throws {
        guard !FileManager.default.fileExists(atPath: request) else {
            throw Terminal.fail("\(request) is there already; its answer is read with --response", 73)
        }
        let checkpoint = try Checkpoint(text: try ledger.checkpoint().text)
        do throws(DurableFileError) {
            try DurableFile.write(TimestampRequest(imprint: checkpoint.imprint).der, to: request, mode: 0o644)
        } catch {
            throw Terminal.fail("\(request): \(error.description)", 73)
        }
        if options.json {
            Terminal.print(
                JSONValue.object([
                    "format": .string("daybook-stamp-request/v1"), "origin": .string(checkpoint.origin),
                    "size": .integer(checkpoint.size), "root": .string(checkpoint.root.base64),
                    "request": .string(request),
                ]))
        } else {
            Terminal.print("Wrote a request to stamp the \(checkpoint.size.firstEntries) to \(request).")
        }
    }

    private func record(
        _ response: String, to request: String, in ledger: Ledger, under roots: TimestampRoots?
    ) throws {
        guard let asked = TimestampRequest(der: try FileArgument.read(request, most: 4096)) else {
            throw Terminal.fail("\(request): this is not a request that daybook stamp --request wrote", 65)
        }
        guard let checkpoint = try ledger.checkpoint(withImprint: asked.imprint) else {
            throw Terminal.fail(
                "\(request): this asks for a stamp of something else than a checkpoint of this ledger", 65)
        }
        let answer = try FileArgument.read(response, most: TimestampToken.largest)
        do {
            let token = try TimestampToken(response: answer)
            try token.require(answerTo: asked)
            let name = try roots?.verify(token, imprint: asked.imprint)
            let index = try Stamping(ledger: ledger, checkpoint: checkpoint).record(token)
            try tell([.init(index: index, token: token, authority: name)], over: checkpoint, in: ledger)
        } catch let error as TimestampError {
            throw Terminal.fail("\(response): \(error.sentence)", 65)
        }
    }

    private func tell(
        _ recorded: [Stamping.Stamp], over checkpoint: Checkpoint, in ledger: Ledger
    ) throws {
        try ledger.checkpoint()
        if options.json {
            Terminal.print(
                JSONValue.object([
                    "format": .string("daybook-stamp/v1"), "origin": .string(checkpoint.origin),
                    "size": .integer(checkpoint.size), "root": .string(checkpoint.root.base64),
                    "stamps": .array(
                        recorded.map {
                            .object([
                                "entry": .integer($0.index), "time": .string($0.token.time.text),
                                "authority": $0.authority.map { .string($0) },
                            ])
                        }),
                ]))
            return
        }
        for one in recorded {
            let who = one.authority.map { "as \($0) signed" } ?? "as the authority says"
            Terminal.print(
                "The \(checkpoint.size.firstEntriesWereThere) on \(LocalClock.utc.text(one.token.time)), \(who); "
                    + "recorded as entry \(one.index).")
            if one.authority == nil {
                Terminal.say("whose stamp it is was not checked: give the authority's root with --tsa-roots")
            }
        }
    }
}
