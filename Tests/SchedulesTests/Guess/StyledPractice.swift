import Bookings
import Foundation
import Schedules
import TestSupport

/// A practice's schedule, and one of the thousand ways in which its software may write it down.
struct StyledPractice {
    struct Visit {
        let booking: String
        let start: CivilTime
        let status: Int
        let client: Int
    }

    private(set) var visits: [Visit] = []
    private(set) var bytes: [UInt8] = []
    private let style: Style

    /// What a person at the practice knows, and answers where they are asked.
    var bookingColumn: String { style.names.booking }
    var startColumns: [String] { style.isJoined ? [style.names.start] : [style.names.day, style.names.clock] }
    var dates: DatePattern? { style.order.isISO ? nil : DatePattern(style.order.pattern(style.mark)) }
    func status(of word: String) -> Appointment.Status? { style.words.first { $0.word == word }?.status }

    /// What the visits mean, by booking.
    var meant: [String: (start: CivilTime, status: Appointment.Status)] {
        Dictionary(uniqueKeysWithValues: visits.map { ($0.booking, ($0.start, style.words[$0.status].status)) })
    }

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        style = Style(&random)
        let count = Int.random(in: 1...60, using: &random)
        let first = CivilTime(
            year: 2026, month: Int.random(in: 1...12, using: &random), day: Int.random(in: 1...28, using: &random))!
        let span = [3, 12, 30, 90].randomElement(using: &random)!
        var number = Int.random(in: 1...5000, using: &random)
        for _ in 0..<count {
            number += Int.random(in: 1...9, using: &random)
            let day = Int.random(in: 0..<span, using: &random)
            let minute = Int.random(in: 7 * 60..<19 * 60, using: &random) / 5 * 5
            visits.append(
                Visit(
                    booking: style.prefix + String(number),
                    start: CivilTime(seconds: first.seconds + Int64(day * 86_400 + minute * 60))!,
                    status: Int.random(in: 0..<style.words.count, using: &random),
                    client: Int.random(in: 1...max(2, count), using: &random)))
        }
        bytes = style.encoded(table(&random))
    }

    private func table(_ random: inout SplitMix64) -> String {
        var columns: [(String, (Int, Visit) -> String)] = [
            (style.names.booking, { $1.booking }), (style.names.status, { style.words[$1.status].word }),
            (style.names.client, { "Müller \($1.client)" }), (style.names.practitioner, { "Dr \($1.client % 3)" }),
        ]
        if style.isJoined {
            columns.append((style.names.start, { "\(style.day($1.start)) \(style.clock($1.start))" }))
        } else {
            columns.append((style.names.day, { style.day($1.start) }))
            columns.append((style.names.clock, { style.clock($1.start) }))
        }
        // What stands beside them in a real export, and must not be taken for them.
        let others: [(String, (Int, Visit) -> String)] = [
            (style.names.clientID, { "\($1.client + 70_000)" }), ("#", { row, _ in "\(row + 1)" }),
            (style.names.born, { style.day(CivilTime(year: 1950 + $1.client % 50, month: 3, day: 21)!) }),
            (
                style.names.created,
                { "\(style.day(CivilTime(seconds: $1.start.seconds - 86_400 * 20)!)) \(style.clock($1.start))" }
            ), ("XZ7", { row, _ in "\(row * 7919 % 100_003)" }),
        ]
        columns += others.filter { _ in Bool.random(using: &random) }
        columns.shuffle(using: &random)
        let rows =
            [columns.map(\.0)] + visits.enumerated().map { row, visit in columns.map { $0.1(row, visit) } }
        return rows.map { $0.map(style.cell).joined(separator: style.delimiter) + style.lineEnd }.joined()
    }
}

/// How one practice's software writes.
private struct Style {
    let names: Names
    let words: [(word: String, status: Appointment.Status)]
    let delimiter: String
    let lineEnd: String
    let order: Order
    let mark: String
    let isJoined: Bool
    let isPadded: Bool
    let hasTwelveHours: Bool
    let hasSeconds: Bool
    let quotesAll: Bool
    let prefix: String
    private let encoding: Int

    struct Names {
        let booking, start, day, clock, status, client, clientID, practitioner, born, created: String
    }

    enum Order: CaseIterable {
        case iso, dayFirst, monthFirst, yearFirst

        var isISO: Bool { self == .iso }

        func pattern(_ mark: String) -> String {
            let parts =
                switch self {
                case .dayFirst: ["dd", "MM", "yyyy"]
                case .monthFirst: ["MM", "dd", "yyyy"]
                case .iso, .yearFirst: ["yyyy", "MM", "dd"]
                }
            return parts.joined(separator: mark)
        }
    }

    init(_ random: inout SplitMix64) {
        let language = Int.random(in: 0..<Style.languages.count, using: &random)
        names = Style.languages[language].names
        words = Style.languages[language].words
        delimiter = [",", ";", "\t", "|"].randomElement(using: &random)!
        lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &random)!
        order = Order.allCases.randomElement(using: &random)!
        mark = order == .iso ? "-" : [".", "/", "-"].randomElement(using: &random)!
        isJoined = Bool.random(using: &random)
        isPadded = order == .iso || Bool.random(using: &random)
        hasTwelveHours = Int.random(in: 0..<4, using: &random) == 0
        hasSeconds = Int.random(in: 0..<4, using: &random) == 0
        quotesAll = Bool.random(using: &random)
        prefix = ["", "A-", "2026/"].randomElement(using: &random)!
        encoding = Int.random(in: 0..<4, using: &random)
    }

    func day(_ time: CivilTime) -> String {
        let (year, month, day) = time.date
        func two(_ number: Int) -> String { isPadded && number < 10 ? "0\(number)" : "\(number)" }
        let parts =
            switch order {
            case .iso, .yearFirst: ["\(year)", two(month), two(day)]
            case .dayFirst: [two(day), two(month), "\(year)"]
            case .monthFirst: [two(month), two(day), "\(year)"]
            }
        return parts.joined(separator: mark)
    }

    func clock(_ time: CivilTime) -> String {
        let (hour, minute) = (time.secondOfDay / 3600, time.secondOfDay / 60 % 60)
        let rest = (minute < 10 ? ":0\(minute)" : ":\(minute)") + (hasSeconds ? ":00" : "")
        if hasTwelveHours { return "\((hour + 11) % 12 + 1)\(rest) \(hour < 12 ? "AM" : "PM")" }
        return (isPadded && hour < 10 ? "0" : "") + "\(hour)\(rest)"
    }

    func cell(_ text: String) -> String {
        quotesAll || text.contains(delimiter) ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }

    func encoded(_ text: String) -> [UInt8] {
        switch encoding {
        case 0: Array(text.utf8)
        case 1: [0xef, 0xbb, 0xbf] + Array(text.utf8)
        case 2: windows1252(text)
        default: utf16(text)
        }
    }

    private static let languages: [(names: Names, words: [(word: String, status: Appointment.Status)])] = [
        (
            Names(
                booking: "Appointment ID", start: "Start", day: "Date", clock: "Time", status: "Status",
                client: "Patient",
                clientID: "Patient No", practitioner: "Dentist", born: "DOB", created: "Created"),
            [("Confirmed", .booked), ("DNA", .noshow), ("Cancelled", .cancelled), ("Completed", .fulfilled)]
        ),
        (
            Names(
                booking: "Termin-Nr", start: "Termin", day: "Datum", clock: "Uhrzeit", status: "Status",
                client: "Patient", clientID: "Patienten-Nr", practitioner: "Behandler", born: "Geburtsdatum",
                created: "Angelegt am"),
            [("Bestätigt", .booked), ("Abgesagt", .cancelled), ("Xyz", .arrived)]
        ),
        (
            Names(
                booking: "Ref", start: "Heure", day: "Jour", clock: "Heure", status: "Statut", client: "Nom",
                clientID: "N° patient", practitioner: "Praticien", born: "Né le", created: "Créé le"),
            [("Confirmé", .booked), ("Annulée", .cancelled), ("En salle d'attente", .arrived), ("Bof", .pending)]
        ),
        (
            Names(
                booking: "ID", start: "Datum", day: "Datum", clock: "Tijd", status: "Status", client: "Naam",
                clientID: "Klantnummer", practitioner: "Arts", born: "Geboortedatum", created: "Aangemaakt"),
            [("Gepland", .booked), ("Geannuleerd", .cancelled), ("Voltooid", .fulfilled)]
        ),
        (
            // A practice whose columns nobody knows.
            Names(
                booking: "Vorgang", start: "Wann", day: "Kalender", clock: "Stunde", status: "Lage", client: "Wer",
                clientID: "Akte", practitioner: "Bei", born: "Alter", created: "Erfasst"),
            [("A", .booked), ("B", .cancelled)]
        ),
    ]
}
