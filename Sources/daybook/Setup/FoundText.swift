import Auditing
import Bookings
import Console
import Schedules

/// What was found in an export, in sentences for somebody who never saw a table's delimiter.
enum FoundText {
    /// What the guess believes, and why.
    static func found(_ export: SetupExport) -> String {
        let guess = export.guess
        guard guess.format == nil else { return "\(export.path) is \(guess.format!): its names are known." }
        var lines = ["\(export.path): \(rows(guess.rows)) looked at."]
        let (encoding, why) = guess.encoding
        lines.append("Its letters are \(encoding.rawValue): \(why).")
        if let (delimiter, why) = guess.delimiter {
            lines.append("Between two columns stands \(name(of: delimiter)): \(why).")
        }
        for column in guess.columns {
            let names = column.columns.map { "\"\($0)\"" }.joined(separator: " and ")
            lines.append("  \(meaning(of: column.word)): \(names), \(column.why)")
        }
        if !guess.identity.isEmpty {
            lines.append(
                "  the booking's id: none; one is made of \(guess.identity.map(meaning).joined(separator: ", ")), as you said"
            )
        }
        switch guess.dates {
        case .iso(let why), .pattern(_, let why):
            lines.append("Dates are written \(guess.dates?.pattern?.description ?? "yyyy-MM-dd"): \(why).")
        case .ambiguous, .unreadable, nil: break
        }
        for word in guess.statuses {
            guard let status = word.status else { continue }
            lines.append("The status \"\(word.word)\" (\(rows(word.rows))) means \(status.rawValue).")
        }
        if !guess.unused.isEmpty {
            lines.append("Not used: " + guess.unused.map { "\"\($0)\" (\($1))" }.joined(separator: ", ") + ".")
        }
        return lines.joined(separator: "\n")
    }

    /// What a row holds under one of our words.
    static func meaning(of word: String) -> String {
        switch word {
        case "booking": "the booking's id"
        case "start": "the start"
        case "end": "the end"
        case "zone": "the time zone"
        case "status": "the status"
        case "practitioner": "with whom"
        case "service": "what for"
        case "location": "where"
        case "client.id": "the client's number"
        case "client.name": "the client's name"
        case "client.phone": "the client's telephone"
        case "client.email": "the client's e-mail"
        case "client.born": "the client's date of birth"
        case "note": "a note"
        default: word
        }
    }

    private static func name(of delimiter: UInt8) -> String {
        switch delimiter {
        case UInt8(ascii: ","): "a comma"
        case UInt8(ascii: ";"): "a semicolon"
        case 0x09: "a tab"
        default: "a vertical bar"
        }
    }

    static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }

    // MARK: Reading back

    private static let most = 5

    /// Five rows in words: the first and the last, one that is cancelled, and where the letters were guessed one that shows
    /// them. `names` says whether a client's name may stand there.
    static func rows(of snapshot: Snapshot, names: Bool) -> String {
        let rows = snapshot.appointments
        var places: [Int] = []
        func add(_ place: Int?) { if let place, !places.contains(place), places.count < most { places.append(place) } }
        add(rows.indices.first)
        add(rows.indices.first { rows[$0].appointment.status == .cancelled })
        add(rows.indices.first { hasAccents(rows[$0]) })
        add(rows.indices.last)
        for step in 1...most { add(rows.isEmpty ? nil : rows.count * step / (most + 1)) }
        return places.sorted().map { "  " + sentence(rows[$0], names: names) }.joined(separator: "\n")
    }

    private static func hasAccents(_ row: LiveAppointment) -> Bool {
        let texts = [row.personal["client.name"], row.appointment.practitioner, row.appointment.word]
        return texts.contains { $0?.utf8.contains { $0 >= 0x80 } ?? false }
    }

    /// "Booking A-1001: Asha Patel, Tuesday 24 March 2026 at 09:30 with Dr Shah, booked".
    private static func sentence(_ row: LiveAppointment, names: Bool) -> String {
        let appointment = row.appointment
        var text = row.booking.isMade ? "A booking: " : "Booking \(row.booking): "
        if !row.personal.isEmpty { text += (names ? row.personal["client.name"] : nil) ?? "a client" }
        text += row.personal.isEmpty ? "" : ", "
        text += appointment.start?.spoken ?? "no start that can be read"
        if let end = appointment.end { text += " until \(end.civil.clockText)" }
        if let practitioner = appointment.practitioner { text += " with \(practitioner)" }
        if let service = appointment.service { text += " for \(service)" }
        if let location = appointment.location { text += " in \(location)" }
        if let status = appointment.status { text += ", \(status.rawValue)" }
        return text
    }

    /// How many rows there are, of when, and what is amiss in them.
    static func summary(of snapshot: Snapshot) -> String {
        let starts = snapshot.appointments.compactMap(\.appointment.start)
        let cancelled = snapshot.appointments.count { $0.appointment.status == .cancelled }
        var lines: [String] = []
        if let first = starts.min(by: { $0.instant < $1.instant }),
            let last = starts.max(by: { $0.instant < $1.instant })
        {
            lines.append("\(rows(snapshot.rows)), from \(first.spoken) to \(last.spoken); \(cancelled) cancelled.")
        } else {
            lines.append("\(rows(snapshot.rows)), none with a start.")
        }
        let twice = snapshot.index.repeated.count
        if twice > 0 {
            let again = twice == 1 ? "1 row has" : "\(twice) rows have"
            lines.append("\(again) the id of a row before: each of these is told every night (AR205).")
        }
        let amiss = snapshot.malformations.filter { $0.kind == .malformed }
        if !amiss.isEmpty {
            lines.append("Not as it should be: \(amiss.count).")
            lines += amiss.prefix(5).map { "  row \($0.row), \($0.column): \($0.reason)" }
        }
        return lines.joined(separator: "\n")
    }
}
