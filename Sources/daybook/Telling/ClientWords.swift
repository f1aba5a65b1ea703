import Auditing
import Bookings

/// What each kind of finding is called on a manager's page, and what can be said to the client about it.
///
/// Rules, for whoever changes a word here: it is read aloud on the telephone, so short sentences and no code, no
/// "ledger", no "export", no "record shows that you". Accuse nobody: not the client, not a colleague, not the vendor of
/// the system. Say what we know, then what we do next; promise no more than a call back. Never say "error on your side",
/// "you must have" or "no record". Where nothing can be said yet, say so to the manager and give a sentence that keeps
/// the client's trust until it can.
enum ClientWords {
    /// What can be said.
    enum Saying {
        /// This, in these words.
        case say(String)
        /// Nothing of our own accord: why, and what to answer a client who asks.
        case wait(String, answer: String)
        /// It concerns no client.
        case nothing
    }

    /// A title, and what can be said; `TIME` in it stands for the appointment's.
    private static let table: [FindingCode: (title: String, saying: Saying)] = [
        .ar101: (
            "Missing from the schedule",
            .say(
                "You did have an appointment with us TIME. We have it written down, and we find nothing to say that you "
                    + "or we cancelled it. It has dropped out of our diary, and that is ours to put right. May I find "
                    + "out now whether we can still keep that time for you?")
        ),
        .ar102: (
            "Deleted, and still in the schedule",
            .say(
                "I am ringing to make sure that we have your appointment TIME right. Our notes say two different things "
                    + "about it. Are you expecting to come? Then I will see that it stands.")
        ),
        .ar103: ("In the schedule, and never recorded", .nothing),
        .ar104: (
            "Changed without a recorded change",
            .say(
                "I am ringing about your appointment TIME. Our diary now shows it differently, and I would like to hear "
                    + "from you what you were told. We will go by that, and if it cannot be kept we will find another "
                    + "time that suits you.")
        ),
        .ar105: (
            "Cancelled, and still in the schedule",
            .say(
                "We have your appointment TIME down as cancelled in one place and as going ahead in another. Are you "
                    + "expecting to come? I will put it right while you are on the line.")
        ),
        .ar106: (
            "Shown as cancelled, with no cancellation recorded",
            .say(
                "Our diary shows your appointment TIME as cancelled, and we cannot see who asked for that. Did you want "
                    + "it cancelled? If not, I will do what I can to give you that time back.")
        ),
        .ar107: ("Went back to an earlier state", .nothing),
        .ar108: (
            "Its number now belongs to another booking",
            .say(
                "I am ringing to check your appointment TIME with you. Our system has mixed up two bookings, and I want "
                    + "to be sure that yours is as you made it.")
        ),
        .ar109: ("In the schedule twice", .nothing),
        .ar110: (
            "Many times shifted by the same amount",
            .wait(
                "Do not ring anybody before the time zone has been looked at: the appointments themselves have probably "
                    + "not moved.",
                answer: "Please keep to the time that you were given. We are checking how our diary shows it, and we "
                    + "will ring you if anything is different.")
        ),
        .ar111: (
            "Probably the same booking under a new number",
            .wait(
                "Look first whether the new booking is the same arrangement: then there is nothing to tell.",
                answer:
                    "Your appointment is in our diary; its number has changed. May I read you the time that we have?")
        ),
        .ar112: (
            "A value that cannot be",
            .wait(
                "Correct the row first; it may be that no client is concerned.",
                answer: "One entry in our diary is not readable. May I confirm the day and the time with you?")
        ),
        .ar113: (
            "Dropped from its series",
            .say(
                "One of your regular appointments TIME has dropped out of our diary; the others are there. We "
                    + "find nothing to say that you or we cancelled it. May I put it back for you?")
        ),
        .ar114: ("Two at once", .nothing),
        .ar115: ("Outside the window", .nothing),
        .ar116: ("Moved out of the window", .nothing),
        .ar201: ("The export is incomplete", uncertain),
        .ar202: ("Very many missing at once", uncertain),
        .ar203: ("The export is old", uncertain),
        .ar204: ("Days that no export covers", uncertain),
        .ar205: ("One number twice in the export", uncertain),
        .ar206: ("An unexplained status", .nothing),
        .ar207: ("Times without a time zone", .nothing),
        .ar301: ("Booked in the same breath", .nothing),
        .ar302: (
            "No notice to the client on record",
            .say(
                "We changed your appointment TIME, and I cannot see that anybody told you. I am sorry about that. May I "
                    + "tell you what was changed, and find a time that suits you?")
        ),
        .ar303: ("Changed by a program, or at an unusual hour", .nothing),
        .ar304: ("Explained only afterwards", .nothing),
        .ar305: ("No reason given", .nothing),
        .ar401: ("The record itself was changed", damaged),
        .ar402: (
            "Changes that did not reach us",
            .wait(
                "Have the missing changes sent again; until then nothing can be said about that time.",
                answer: "I cannot see everything from that time yet. Tell me what you arranged, and I will write it "
                    + "down and ring you back.")
        ),
        .ar403: ("The record is older than it was", damaged),
        .ar404: ("A clock ran wrong", .nothing),
        .ar405: ("Changes twice or out of order", .nothing),
        .ar406: ("No checkpoint kept elsewhere", .nothing),
        .ar407: ("An order of events that cannot be", .nothing),
    ]

    private static let uncertain = Saying.wait(
        "Ring nobody on the strength of this: the export is in doubt, not the appointments.",
        answer: "Let me look at the diary itself, and ring you back today.")

    private static let damaged = Saying.wait(
        "Settle no dispute from this record until it has been looked at by somebody who knows it.",
        answer: "I want to be certain before I answer. Let me look into it, and ring you back.")

    /// What a kind of finding is called.
    static func title(_ code: FindingCode) -> String { table[code]!.title }

    /// What can be said to the client about a finding.
    static func saying(_ item: NightSummary.Item) -> Saying {
        let time = item.start.map { "on \(Words.time($0))" }
        func fill(_ text: String) -> String {
            time.map { text.replacing("TIME", with: $0) } ?? text.replacing(" TIME", with: "")
        }
        guard item.isMissing, item.finding.confidence == .unproven else {
            switch table[item.finding.code]!.saying {
            case .say(let text): return .say(fill(text))
            case let other: return other
            }
        }
        return .wait(
            "Look in the schedule itself first: it is not proven that the appointment is gone.",
            answer: fill(
                "We have your appointment TIME written down. Let me look in the diary, and ring you back today."))
    }
}
