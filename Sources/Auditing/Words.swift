package import Bookings

/// The words in which findings and verdicts speak.
///
/// Rules: say what is *recorded*, *observed* or *inferred*; accuse nobody; no personal value; dates as people say them.
package enum Words {
    private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// `Tuesday 22 September 2026 at 10:00`.
    package static func time(_ time: WallTime) -> String {
        "\(day(time.civil)) at \(time.civil.clockText)"
    }

    /// `Tuesday 22 September 2026`.
    package static func day(_ civil: CivilTime) -> String {
        "\(days[civil.weekday]) \(date(civil))"
    }

    /// `22 September 2026`.
    package static func date(_ civil: CivilTime) -> String {
        let (year, month, day) = civil.date
        return "\(day) \(months[month - 1]) \(year)"
    }

    /// `38 seconds`, `4 minutes 10 seconds`, `19 hours`, `3 days`.
    package static func duration(_ seconds: Int64) -> String {
        let seconds = abs(seconds)
        func count(_ number: Int64, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
        func pair(_ large: Int64, _ unit: String, _ small: Int64, _ part: String) -> String {
            small == 0 ? count(large, unit) : "\(count(large, unit)) \(count(small, part))"
        }
        switch seconds {
        case ..<60: return count(seconds, "second")
        case ..<3600: return pair(seconds / 60, "minute", seconds % 60, "second")
        case ..<172_800: return pair(seconds / 3600, "hour", seconds % 3600 / 60, "minute")
        default: return count(seconds / 86_400, "day")
        }
    }

    /// `Booking A-1001 (Tuesday 22 September 2026 at 10:00 with D7)`.
    static func booking(_ booking: Identifier, _ appointment: Appointment?) -> String {
        guard let appointment, let start = appointment.start else { return "Booking \(quoted(booking))" }
        let with = appointment.practitioner.map { " with \($0)" } ?? ""
        return "Booking \(quoted(booking)) (\(time(start))\(with))"
    }

    /// What is to be thought of where a booking whose id is made is not found.
    static let madeID =
        "The export has no ids, and this one is made of what its row said: if that was changed, the booking stands there "
        + "under another."

    /// An id as people can read it: what is not printable is shown, not printed.
    package static func quoted(_ identifier: Identifier) -> String {
        String(
            String.UnicodeScalarView(
                identifier.text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
                    scalar.value < 0x20 || scalar.value == 0x7f || scalar.properties.generalCategory == .format
                        ? Array("\\u{\(String(scalar.value, radix: 16))}".unicodeScalars) : [scalar]
                }))
    }

    /// `reception.jane (user)`; what is not known is said so.
    static func actor(_ actor: Entry.Actor?) -> String {
        guard let actor else { return "somebody that the source does not name" }
        switch (actor.kind, actor.id) {
        case (.client, _): return "the client"
        case (.user, let id?): return "the login \(id)"
        case (.job, let id?): return "the job \(id)"
        case (.sync, let id?): return "the synchronisation \(id)"
        case (.api, let id?): return "the interface \(id)"
        case (.unknown, let id?): return id
        case (.unknown, nil): return "somebody that the source does not name"
        case (let kind, nil): return "a \(kind.rawValue) that the source does not name"
        }
    }

    /// The name under which somebody attests: `reception.jane`.
    static func name(of actor: Entry.Actor?) -> String { actor?.id ?? "somebody" }

    /// `reception.jane attested that booking A goes on as booking B`.
    static func identity(_ entry: Entry, verb: String = "attested") -> String {
        "\(name(of: entry.actor)) \(verb) that booking \(quoted(entry.supersedes!)) goes on as booking \(quoted(entry.booking!))"
    }

    /// `A-1, A-2 and 7 more`.
    static func list(_ bookings: [Identifier], most: Int = 10) -> String {
        let shown = bookings.prefix(most).map { quoted($0) }.joined(separator: ", ")
        return bookings.count > most ? "\(shown) and \(bookings.count - most) more" : shown
    }

    /// `1st`, `22nd`, `569th`.
    static func ordinal(_ number: Int) -> String {
        switch (number % 100, number % 10) {
        case (11...13, _): "\(number)th"
        case (_, 1): "\(number)st"
        case (_, 2): "\(number)nd"
        case (_, 3): "\(number)rd"
        default: "\(number)th"
        }
    }

    package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many ?? one + "s")"
    }
}
