import Auditing
import Bookings
import Schedules
import Transparency

/// What an alert says, to people and to programs.
struct AlertMessage {
    /// The same for every try to tell the same: whoever gets it twice can see that.
    let id: String
    let subject: String
    let text: String
    let json: JSONValue
    /// The first sentence, for a program that shows no more.
    var headline: String { String(subject.trimmingPrefix("Daybook: ")) }
    /// True while something needs a person.
    let needsPerson: Bool
    /// True where there is something that the night before did not say.
    let hasNews: Bool

    func isFor(_ when: Configuration.Alert.When) -> Bool {
        switch when {
        case .always: true
        case .findings: needsPerson
        case .new: hasNews
        }
    }
}

/// A client, as far as an alert or a report may name them.
struct Client {
    var name: String?
    var phone: String?

    /// `Asha Patel, +44 7700 900123`; `nil` where nothing is known.
    var text: String? {
        let parts = [name, phone].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    var json: JSONValue {
        .object(["name": name.map { .string($0) }, "phone": phone.map { .string($0) }])
    }
}

extension AlertMessage {
    /// What is told of a night. `client` names clients, and is `nil` where none is to be named; `report` is where the whole
    /// report lies.
    init(of night: Night, when: Configuration.Alert.When, report: String?, client: ((BookingKey) -> Client?)?) {
        let summary = NightSummary(night)
        let words = NightWords(summary: summary)
        let named = summary.needing.prefix(AlertText.most).reduce(into: [BookingKey: Client]()) { named, item in
            if let key = item.key, let known = client?(key) { named[key] = known }
        }
        id = AlertMessage.identifier(night.origin, night.started)
        subject = words.subject
        text = AlertText(summary: summary, words: words, when: when, report: report, clients: named).text
        needsPerson = !summary.isAllWell
        hasNews = summary.hasNews || !summary.isAllWell && summary.needing.isEmpty
        json = AlertJSON(summary: summary, words: words, report: report, clients: named).json(id: id)
    }

    /// What is told to see whether it arrives.
    static func test(origin: String, at moment: Timestamp) -> AlertMessage {
        let id = identifier(origin, moment)
        let subject = "Daybook: a test – nobody needs to do anything"
        return AlertMessage(
            id: id, subject: subject,
            text: """
                This is a test: whoever reads it will be told of the nights of \(origin).

                A message like this comes after each night for which it was asked, also when all is well. If it stays away,
                look whether the check still runs.

                """,
            json: .object([
                "format": .string("daybook-alert/v1"), "id": .string(id), "test": .boolean(true),
                "origin": .string(origin), "started": .string(moment.text), "ended": .string(moment.text),
                "exit": .integer(0), "allWell": .boolean(true),
                "headline": .string("a test – nobody needs to do anything"),
                "sentence": .string("This is a test."), "compared": .integer(0),
                "sources": .object(["total": .integer(0), "read": .integer(0), "notRead": .array([])]),
                "new": .array([]), "open": .array([]), "resolved": .array([]),
                "counts": .object(["needing": .integer(0), "acknowledged": .integer(0), "noted": .integer(0)]),
            ]),
            needsPerson: false, hasNews: false)
    }

    private static func identifier(_ origin: String, _ moment: Timestamp) -> String {
        Hash.sha256(Array("\(origin)\n\(moment.text)".utf8)).base64url
    }
}
