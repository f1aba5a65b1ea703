import Bookings
import Console
import LedgerStore

/// Where a night is told of.
extension NightlyRun {
    private var telling: Telling {
        Telling(
            configuration: configuration, origin: ledger.origin, json: { NightText($0).json },
            client: { [ledger] in ledger.client(of: $0) }, now: { [ledger] in ledger.now })
    }

    /// Says, before any work, that the night has begun.
    func begin() {
        for outcome in telling.start() where !outcome.isDone { Terminal.say(outcome.line) }
    }

    /// Tells of a night that is over: reports, alerts, metrics and ping. Gives it with what went wrong in telling.
    func told(_ night: Night) -> Night {
        var night = night
        for outcome in telling.tell(night) where !outcome.isDone {
            if outcome.counts { night.troubles.append((outcome.line, 69)) } else { Terminal.say(outcome.line) }
        }
        night.status = night.gravest
        return night
    }

    /// Sends a test to every alert, and says what became of each; true where all were told.
    func testAlerts() -> Bool {
        let outcomes = telling.test()
        for outcome in outcomes { Terminal.print(outcome.line) }
        return outcomes.allSatisfy(\.isDone)
    }
}
