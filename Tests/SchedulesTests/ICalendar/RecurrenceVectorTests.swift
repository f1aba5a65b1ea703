import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

struct RuleVectors: Decodable {
    let vectors: [Vector]

    struct Vector: Decodable, CustomTestStringConvertible, Sendable {
        let start: String
        let rule: String
        let from: String
        let to: String
        let occurrences: [String]

        var testDescription: String { "\(start) \(rule) from \(from)" }
    }

    static func all() throws -> [Vector] { try Fixtures.vectors("ical/rules.json", as: RuleVectors.self).vectors }
}

/// What python-dateutil and recurring-ical-events both make of some hundred rules; see `Tests/Vectors/ical`.
struct `Rules make the occurrences that python-dateutil and recurring-ical-events make` {
    // Floating times and whole days are those of UTC, as the second opinion counts them.
    static let utc = SourceRules(zone: "UTC", zones: .system)

    @Test(arguments: try RuleVectors.all())
    func `of a rule`(_ vector: RuleVectors.Vector) throws {
        let read = try calendar(
            object("\(vector.start)\nRRULE:\(vector.rule)"), rules: Self.utc, from: vector.from, to: vector.to)
        #expect(read.ids.map { $0.dropFirst(2) } == vector.occurrences.map { $0[...] })
        #expect(read.malformations == [])
    }

    @Test func `there are enough of each kind`() throws {
        let rules = try RuleVectors.all().map(\.rule)
        #expect(rules.count >= 400)
        for part in [
            "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY", "BYDAY=-1", "BYSETPOS", "COUNT",
            "UNTIL", "INTERVAL", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "WKST", "BYHOUR", "BYMONTH=", "BYMINUTE",
        ] {
            #expect(rules.count { $0.contains(part) } >= 5, "\(part)")
        }
    }

    @Test func `however the window cuts a series, each occurrence falls into one piece`() throws {
        for vector in try RuleVectors.all() where vector.occurrences.count > 8 {
            let middle = try #require(Timestamp(vector.occurrences[5].extended))
            let text = object("\(vector.start)\nRRULE:\(vector.rule)")
            let cut = middle.text
            let before = try calendar(text, rules: Self.utc, from: vector.from, to: cut).ids
            let after = try calendar(text, rules: Self.utc, from: cut, to: vector.to).ids
            #expect((before + after).map { $0.dropFirst(2) } == vector.occurrences.map { $0[...] }, "\(vector)")
        }
    }
}

extension String {
    /// `20260611T083000Z` or `20260611` as a moment is written elsewhere.
    var extended: String {
        let signs = Array(self)
        let date = "\(String(signs[0..<4]))-\(String(signs[4..<6]))-\(String(signs[6..<8]))"
        guard signs.count > 8 else { return date + "T00:00:00Z" }
        return "\(date)T\(String(signs[9..<11])):\(String(signs[11..<13])):\(String(signs[13..<15]))Z"
    }
}
