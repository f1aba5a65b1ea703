import ArgumentParser
import Auditing
import Bookings
import Console
import Foundation
import LedgerStore
import Schedules
import Transparency

struct Setup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sets everything up from one export: for a practice without an IT person.",
        discussion: """
            Looks at the export, says how it would be read and why, shows some of its rows in words, and asks what only \
            you can know: the practice's name, its time zone, what the export covers, and when it appears. Then it writes \
            daybook.yaml, the ledger and its keys, says how to start the check every night, and does the first night.

            What the file leaves open is asked and never guessed. Every question has an option; --yes takes what is \
            proposed and confirms what was read. Where nobody can be asked it does not wait, but names what is missing. \
            Nothing that exists is overwritten, and nothing outside the folder is changed.

            EXIT STATUS  0 set up, and the first night is clean; 1 set up, and its findings need a person; 3 set up, and it \
            is inconclusive; 64 an answer is missing, or is none; 65 the export cannot be read as one; 66 there is no \
            export, or the answers ended; 69 set up, and somebody who was to be told was not; 73 something is there \
            already, or cannot be made.
            """)

    @Argument(help: "The export, as the booking system writes it.") var export: String
    @OptionGroup(title: "The answers") var options: SetupOptions
    @Option(help: ArgumentHelp("The folder that everything is written to. Default: this one", valueName: "dir"))
    var into = "."
    @Option(help: ArgumentHelp("The folder of key and lock. Default: daybook-keys in that folder", valueName: "dir"))
    var keys: String?
    @Flag(help: "Take what is proposed, and what was read, without a question.") var yes = false
    @Flag(help: "Ask, and read the answers from standard input, also where that is no terminal.") var interactive =
        false
    @Flag(help: "Print the configuration, and write nothing.") var dryRun = false
    @Flag(help: "Print one JSON object instead of words.") var json = false

    func run() throws {
        try reporting {
            let folder = SetupFolder(into, keys: keys)
            if case .unfinished(let configuration) = try folder.state() {
                Terminal.say("\(folder.path) is set up but for its first night, which is done now")
                return try finish(folder, configuration, nil)
            }
            let now = systemClock()
            let found = try SetupExport(export, given: try options.given(), now: now)
            let dialogue = Dialogue(isInteractive: interactive || isatty(STDIN_FILENO) == 1, takesProposals: yes)
            let answers = try SetupAnswers(found, options, folder, dialogue, now: now)
            try folder.check(answers.text.text, means: answers.source)
            guard !dryRun else { return Terminal.print(String(answers.text.text.dropLast())) }
            try folder.write(answers.text.text, origin: answers.origin, files: answers.timer.files)
            try finish(folder, try Configuration.read(path: folder.configuration), answers.timer)
        }
    }

    /// Does the first night, and says what stands.
    private func finish(_ folder: SetupFolder, _ configuration: Configuration, _ timer: NightTimer?) throws {
        if !json { announce(folder, try folder.verifier(), timer) }
        let (outcome, night) = try FirstNight(folder: folder, configuration: configuration, export: export).play()
        let report = ReportText(outcome, namesExit: night.status == outcome.status.rawValue)
        if json {
            Terminal.print(summary(folder, try folder.verifier(), configuration, timer, report.json))
        } else {
            Terminal.print("\n" + report.text)
        }
        for trouble in night.troubles { Terminal.say(trouble.sentence) }
        guard night.status != 0 else { return }
        if night.status == night.troubles.first?.status {
            Terminal.say(
                "everything else is set up, and the first night is recorded; once that is mended, daybook doctor says so "
                    + "(exit \(night.status))")
        }
        throw ExitCode(night.status)
    }

    private func announce(_ folder: SetupFolder, _ verifier: VerifierKey, _ timer: NightTimer?) {
        Terminal.print(
            """
            Settings    \(folder.configuration)
            Ledger      \(folder.ledger)
            Keys        \(folder.keysPath)
            Verifier    \(verifier.text)
            Fingerprint \(verifier.fingerprint)
            """)
        for file in timer?.files ?? [] { Terminal.print("Timer       \(folder.path)/\(file.name)") }
        for command in timer?.commands ?? [] {
            Terminal.print((timer?.kind == .cron ? "Crontab     " : "To install  ") + command)
        }
        if let command = timer?.byHand {
            Terminal.print("Each night  \(command)")
            Terminal.say("nothing starts the check: run the line above after every export, or have something run it")
        }
        if let timer, timer.kind == .cron {
            Terminal.say("add the line above to what crontab -e shows, and it runs every night \(timer.cronClocks)")
        }
        Terminal.say(
            "write the fingerprint down, and give it to somebody outside: it tells your record from a forged one")
        Terminal.say("better, move \(folder.keysPath) to another disk or computer, and write its path under keys")
    }

    private func summary(
        _ folder: SetupFolder, _ verifier: VerifierKey, _ configuration: Configuration, _ timer: NightTimer?,
        _ report: JSONValue
    ) -> JSONValue {
        .object([
            "format": .string("daybook-setup/v1"), "configuration": .string(folder.configuration),
            "ledger": .string(folder.ledger), "keys": .string(folder.keysPath), "verifier": .string(verifier.text),
            "fingerprint": .string(verifier.fingerprint), "source": .string(configuration.sources[0].id.text),
            "timer": timer.map { timer in
                .object([
                    "kind": .string(timer.kind.rawValue),
                    "files": .array(timer.files.map { .string("\(folder.path)/\($0.name)") }),
                    "commands": .array(timer.commands.map { .string($0) }),
                ])
            },
            "report": report,
        ])
    }
}
