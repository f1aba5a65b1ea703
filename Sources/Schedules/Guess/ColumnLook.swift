/// What the values of one column look like, whatever its name says.
struct ColumnLook {
    let name: String
    let values: [String]
    /// The values that are not empty.
    let filled: Int
    let distinct: Int
    private let kinds: [Kind: Int]

    private enum Kind { case day, clock, both, email, phone, withDigits, withLetters }

    init(name: String, values: [String]) {
        self.name = name
        self.values = values
        let full = values.filter { !$0.isEmpty }
        filled = full.count
        // Compared as bytes: é and e with an accent are two ids.
        distinct = Set(full.map { Array($0.utf8) }).count
        var kinds: [Kind: Int] = [:]
        for value in full {
            switch WrittenTime(value) {
            case .day: kinds[.day, default: 0] += 1
            case .clock: kinds[.clock, default: 0] += 1
            case .both: kinds[.both, default: 0] += 1
            case nil: break
            }
            let digits = value.utf8.count { (0x30...0x39).contains($0) }
            if digits > 0 { kinds[.withDigits, default: 0] += 1 }
            if value.contains(where: \.isLetter) { kinds[.withLetters, default: 0] += 1 }
            if value.contains("@") { kinds[.email, default: 0] += 1 }
            let isPhone = digits >= 6 && value.utf8.allSatisfy { "0123456789+()-./ x".utf8.contains($0) }
            if isPhone { kinds[.phone, default: 0] += 1 }
        }
        self.kinds = kinds
    }

    /// True where nine of ten values are of a kind.
    private func mostly(_ kind: Kind) -> Bool { filled > 0 && (kinds[kind] ?? 0) * 10 >= filled * 9 }

    var holdsDays: Bool { mostly(.day) }
    var holdsClocks: Bool { mostly(.clock) }
    var holdsTimes: Bool { mostly(.both) }
    var holdsEmails: Bool { mostly(.email) }
    var holdsPhones: Bool { mostly(.phone) && !holdsDays && !holdsTimes }
    var holdsLetters: Bool { mostly(.withLetters) }
    /// Ids rather than names.
    var holdsCodes: Bool { mostly(.withDigits) && !holdsDays && !holdsTimes && !holdsClocks }

    /// True where no two rows have the same value and none lacks one, but for one row in fifty of a long file.
    var isUnique: Bool {
        let spare = values.count / 50
        return filled >= values.count - spare && distinct >= filled - spare && filled > 0
    }

    /// The rows counted, 0, 1, 2 … or 1, 2, 3 …: another export numbers the same bookings otherwise.
    var countsRows: Bool {
        guard let first = values.first.flatMap({ Int($0) }), first == 0 || first == 1 else { return false }
        return values.enumerated().allSatisfy { Int($1) == first + $0 }
    }

    /// True where a few values come again and again, as a practice's rooms and treatments do, and clients do not.
    var repeatsItself: Bool { filled > 0 && distinct <= max(12, filled / 3) }
}
