public import Bookings
import Foundation

extension ZoneRules {
    /// That nobody knows a zone by this name, and which was perhaps meant: a place that is known by its last part, in any
    /// case of letters, or that is two letters away at most. Looks through all names: for errors, not for rows.
    public static func unknown(_ name: String) -> String {
        let likely = ZoneRules.names(like: name)
        let hint = likely.isEmpty ? "a name like Europe/London is" : "did you mean \(likely.joined(separator: " or "))?"
        return "no zone is known by the name \(MalformationList.quoted(name)); \(hint)"
    }

    private static func names(like name: String) -> [String] {
        func folded(_ text: Substring) -> [UInt8] {
            Array(text.lowercased().replacing(" ", with: "_").utf8)
        }
        let wanted = folded(name.split(separator: "/").last ?? "")
        guard (3...40).contains(wanted.count) else { return [] }
        let known = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") && ZoneRules.system.knows($0) }
        let places = known.map { ($0, folded($0.split(separator: "/").last!)) }
        let same = places.filter { $0.1 == wanted }
        let likely = same.isEmpty ? places.filter { isClose($0.1, wanted) } : same
        return likely.map(\.0).sorted().prefix(3).map { $0 }
    }

    /// True where at most two letters, of a name of six or more, differ, are missing or are too many; else one.
    private static func isClose(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        let most = other.count < 6 ? 1 : 2
        guard abs(one.count - other.count) <= most else { return false }
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
        return row[other.count] <= most
    }
}
