import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

/// Tells whoever is to know what a night came to: the files of its report, then the alerts, the metrics, and the ping.
///
///     Night -> NightSummary -> report (HTML, JSON, CSV)
///                           -> alerts (mail, webhook, command), ping, metrics
///
/// One that fails does not stop the others, and is said: ``status(of:_:)`` is with what the night's command ends then.
struct Telling {
    let configuration: Configuration
    /// The ledger's name.
    let origin: String
    /// The night as `daybook-night/v1`.
    let json: (Night) -> JSONValue
    /// Names a booking's client, for reports and alerts that may name them.
    let client: (BookingKey) -> Client?
    var now: () -> Timestamp = systemClock

    /// What became of one way of telling.
    struct Outcome {
        let name: String
        let isDone: Bool
        let sentence: String
        /// False for what never fails a night.
        var counts = true

        var json: JSONValue {
            .object(["to": .string(name), "done": .boolean(isDone), "sentence": .string(sentence)])
        }

        /// One line for people.
        var line: String { "\(name): \(isDone ? "" : "NOT DONE: ")\(sentence)" }
    }

    /// Says that the night begins. Only a check that is pinged hears of it.
    @discardableResult
    func start() -> [Outcome] {
        guard let ping = configuration.ping else { return [] }
        return [Telling.pinged { () throws(OutsideError) in try Pings(ping: ping).start() }]
    }

    /// Tells of a night that has ended.
    func tell(_ night: Night) -> [Outcome] {
        let files = NightFiles(reports: configuration.reports, night: night, json: json(night), client: client)
        var outcomes = files.write()
        for alert in configuration.alerts {
            let message = AlertMessage(
                of: night, when: alert.when, report: files.page, client: alert.isPersonal ? client : nil)
            guard message.isFor(alert.when) else {
                let why = alert.when == .new ? "nothing is new" : "nothing needs a person"
                outcomes.append(Outcome(name: alert.name, isDone: true, sentence: "not told: \(why)"))
                continue
            }
            outcomes.append(Telling.sent(alert, message, at: now()))
        }
        let status = Telling.status(of: night, outcomes)
        if let path = configuration.metrics {
            outcomes.append(
                Telling.outcome("metrics \(path)") { () throws(OutsideError) in
                    try Metrics(night: night, status: status).write(to: path)
                    return "written"
                })
        }
        if let ping = configuration.ping {
            outcomes.append(
                Telling.pinged { () throws(OutsideError) in
                    try Pings(ping: ping).end(night, status: Telling.status(of: night, outcomes))
                })
        }
        return outcomes
    }

    /// Sends a test to every alert, whenever it would be told otherwise.
    func test() -> [Outcome] {
        let moment = now()
        let message = AlertMessage.test(origin: origin, at: moment)
        return configuration.alerts.map { Telling.sent($0, message, at: moment) }
    }

    /// The night's own status; 69 where that is 0 and somebody who was to be told was not.
    static func status(of night: Night, _ outcomes: [Outcome]) -> Int32 {
        let isTold = outcomes.allSatisfy { $0.isDone || !$0.counts }
        return night.status == 0 && !isTold ? 69 : night.status
    }

    private static func sent(_ alert: Configuration.Alert, _ message: AlertMessage, at moment: Timestamp) -> Outcome {
        outcome(alert.name) { () throws(OutsideError) in
            try AlertDelivery(alert: alert, message: message, moment: moment).send()
        }
    }

    private static func pinged(_ send: () throws(OutsideError) -> Void) -> Outcome {
        var told = outcome("ping") { () throws(OutsideError) in
            try send()
            return "answered"
        }
        told.counts = false
        return told
    }

    private static func outcome(_ name: String, _ body: () throws(OutsideError) -> String) -> Outcome {
        do throws(OutsideError) { return Outcome(name: name, isDone: true, sentence: try body()) } catch {
            return Outcome(name: name, isDone: false, sentence: error.sentence)
        }
    }
}

extension Ledger {
    /// A booking's client as the record has it last; what was erased is not known any more.
    func client(of key: BookingKey) -> Client? {
        guard let history = try? history(of: [key]).bookings[key] else { return nil }
        var client = Client()
        for recorded in history.entries {
            client.name = recorded.disclosed["client.name"] ?? client.name
            client.phone = recorded.disclosed["client.phone"] ?? client.phone
        }
        return client.text == nil ? nil : client
    }
}
