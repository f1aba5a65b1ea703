import ArgumentParser

/// The command line: each command is options, one call, an exit status.
@main
struct Daybook: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook",
        abstract: "Keeps an append-only record of every booking, and shows which ones vanished from the schedule.",
        discussion: """
            A client says "I booked"; the desk says "we have nothing". Daybook keeps what the booking system said in a \
            hash-chained ledger and compares it with the live schedule, so that both can be held against evidence.

              daybook demo                    see it on sample data
              daybook setup export.csv        set everything up from a nightly export
              daybook init --origin NAME      make a ledger, once
              daybook observe export.csv …    a practice that has a nightly export
              daybook record events.ndjson    a booking system that reports events
              daybook reconcile export.csv …  compare, and say what is missing
              daybook investigate --client "Asha Patel" --around 2026-09-22

            Data goes to standard output, talk to standard error; --json prints one object.

            EXIT STATUS
              0 clean, 1 findings, 2 the ledger's integrity failed, 3 inconclusive
              64 usage, 65 bad input, 66 no input, 69 a source is unavailable,
              70 internal, 73 cannot create, 74 disk, 75 busy, 77 permission;
              treat any other as a failure
            """,
        version: "daybook 0.1.0",
        groupedSubcommands: [
            CommandGroup(name: "Start here (a practice)", subcommands: [Setup.self]),
            CommandGroup(
                name: "Settle a dispute (the manager)",
                subcommands: [Investigate.self, History.self, Explain.self, Demo.self]),
            CommandGroup(
                name: "Watch the schedule (every night)",
                subcommands: [Nightly.self, Observe.self, Reconcile.self, Findings.self, Attest.self]),
            CommandGroup(name: "Record (the booking system)", subcommands: [Initialize.self, Record.self]),
            CommandGroup(
                name: "Trust and keep (the auditor, the administrator)",
                subcommands: [
                    Prove.self, VerifyEvidence.self, Verify.self, VerifyFork.self, SignCheckpoint.self,
                    StampCheckpoint.self, Publish.self, Key.self, Backup.self, Erase.self, Doctor.self,
                ]),
        ]
    )
}
