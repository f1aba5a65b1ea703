public import Bookings
import Foundation

extension ZoneRules {
    /// That nobody knows a zone by this name, and which was perhaps meant: a place that is known by its last part, in any
    /// case of letters, or that is two letters away at most. Looks through all names: for errors, not for rows.
    public static func unknown(_ name: String) -> String {
        if let places = abbreviations[name.uppercased()] {
            let all = places.count == 1 ? places[0] : places.dropLast().joined(separator: ", ") + " or " + places.last!
            return "\(MalformationList.quoted(name)) is not one place; name the practice's, as \(all)"
        }
        let likely = ZoneRules.names(like: name)
        let hint = likely.isEmpty ? "a name like Europe/London is" : "did you mean \(likely.joined(separator: " or "))?"
        return "no zone is known by the name \(MalformationList.quoted(name)); \(hint)"
    }

    /// Where clocks are called so: the tables do not know it, or know another place by it.
    private static let abbreviations: [String: [String]] = {
        let central = ["Europe/Berlin", "Europe/Vienna", "Europe/Zurich"]
        let (eastern, western) = (["Europe/Athens", "Europe/Helsinki"], ["Europe/Lisbon", "Atlantic/Canary"])
        let (newYork, chicago) = (["America/New_York", "America/Toronto"], ["America/Chicago", "America/Mexico_City"])
        let (denver, losAngeles) = (
            ["America/Denver", "America/Phoenix"], ["America/Los_Angeles", "America/Vancouver"]
        )
        return [
            "MEZ": central, "MESZ": central, "CEST": central, "OEZ": eastern, "OESZ": eastern, "EEST": eastern,
            "WEZ": western, "WESZ": western, "WEST": western, "BST": ["Europe/London"],
            "IST": ["Europe/Dublin", "Asia/Kolkata", "Asia/Jerusalem"],
            "EST": newYork, "EDT": newYork, "ET": newYork, "CST": chicago, "CDT": chicago, "CT": chicago,
            "MST": denver, "MDT": denver, "MT": denver, "PST": losAngeles, "PDT": losAngeles, "PT": losAngeles,
            "AEST": ["Australia/Sydney", "Australia/Brisbane"], "AEDT": ["Australia/Sydney", "Australia/Melbourne"],
            "NZST": ["Pacific/Auckland"], "NZDT": ["Pacific/Auckland"],
        ]
    }()

    /// The nearest first.
    private static func names(like name: String) -> [String] {
        func folded(_ text: Substring) -> [UInt8] {
            Array(text.lowercased().replacing(" ", with: "_").utf8)
        }
        let wanted = folded(name.split(separator: "/").last ?? "")
        guard (3...40).contains(wanted.count) else { return [] }
        // What is typed before the place tells two places apart that are as near.
        let whole = folded(name[...])
        // At most two letters, of a name of six or more, differ, are missing or are too many; else one.
        let most = wanted.count < 6 ? 1 : 2
        let likely = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") && ZoneRules.system.knows($0) }
            .compactMap { zone -> (zone: String, place: Int, whole: Int)? in
                let place = folded(zone.split(separator: "/").last!)
                guard let distance = distance(place, wanted, most: most) else { return nil }
                return (zone, distance, self.distance(folded(zone[...]), whole, most: 60) ?? 60)
            }
        let nearest = likely.map(\.place).min() ?? 0
        return likely.filter { nearest > 0 || $0.place == 0 }
            .sorted { ($0.place, $0.whole, $0.zone) < ($1.place, $1.whole, $1.zone) }.prefix(3).map(\.zone)
    }

    /// How many letters differ, are missing or are too many; `nil` where more than `most`.
    private static func distance(_ one: [UInt8], _ other: [UInt8], most: Int) -> Int? {
        guard abs(one.count - other.count) <= most else { return nil }
        var row = Array(0...other.count)
        for (place, letter) in one.enumerated() {
            var corner = row[0]
            row[0] = place + 1
            for (column, second) in other.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, corner + (letter == second ? 0 : 1))
                corner = above
            }
        }
        return row[other.count] <= most ? row[other.count] : nil
    }
}
