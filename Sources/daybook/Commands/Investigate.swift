import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

struct Investigate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answers a client who says \"I booked; you have nothing\".",
        discussion: """
            Give what the client says: a name, a telephone number, a day, a time, or the booking's id.

              daybook investigate --client "Asha Patel" --around 2026-09-22
              daybook investigate --client C-204 --claimed-start 2026-09-22T10:00
              daybook investigate --booking A-1001 --schedule now.csv --source crm
              daybook investigate --around 2026-09-22

            The answer is one of: present, dropped, deleted, cancelled, moved, altered, not-recorded, inconclusive; with a \
            paragraph that can be read aloud, what it rests on, and what it cannot say. Without --schedule the newest \
            recorded reading counts.

            EXIT STATUS  from the findings behind the verdict, as in daybook reconcile: 2 the ledger's integrity failed; 1 \
            something was found that needs a person; 3 an export does not carry the answer; else 0, whatever the answer is.
            """)

    @Option(help: ArgumentHelp("A client's name or id.", valueName: "who")) var client: String?
    @Option(help: ArgumentHelp("A client's telephone number.", valueName: "number")) var phone: String?
    @Option(help: ArgumentHelp("A client's e-mail address.", valueName: "address")) var email: String?
    @Option(help: ArgumentHelp("A booking's id.", valueName: "id")) var booking: String?
    @Option(help: ArgumentHelp("The day of the appointment, as 2026-09-22.", valueName: "day")) var around: String?
    @Option(help: ArgumentHelp("When it was to start, as 2026-09-22T10:00.", valueName: "time")) var claimedStart:
        String?
    @Option(help: ArgumentHelp("When the client says that the booking was made.", valueName: "day")) var booked: String?
    @Option(help: ArgumentHelp("The present export, compared with the record now.", valueName: "file")) var schedule:
        String?
    @OptionGroup(title: "The schedule") var scheduleOptions: ScheduleOptions
    @OptionGroup(title: "The ledger") var options: LedgerOptions

    func validate() throws {
        guard client != nil || phone != nil || email != nil || booking != nil || around != nil || claimedStart != nil
        else {
            throw ValidationError(
                "Say what it is about: --client, --phone, --email, --booking, or its day (--around, --claimed-start).")
        }
    }

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            let dispute = try Dispute(self, ledger, configuration)
            let verdict = try dispute.settle()
            if options.json {
                Terminal.print(verdict.json)
            } else {
                Terminal.print(VerdictText(verdict: verdict, clock: dispute.clock(for: verdict)).text)
            }
            let status = ExitStatus(verdict.findings)
            if status != .clean { throw ExitCode(status.rawValue) }
        }
    }
}
