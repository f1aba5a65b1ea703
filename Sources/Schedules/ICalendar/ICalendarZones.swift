import Bookings

/// What a zone's name in a calendar stands for.
enum ICalendarZone {
    /// A zone of the system's tables.
    case named(String)
    /// A zone that the calendar itself describes, under a name that nobody else knows.
    case described(DescribedZone.Changes)
    /// No zone that anybody knows.
    case unknown
}

/// The zones of a file, and what clocks show in them.
///
/// A name that the system knows wins over what the file describes under it, also behind a prefix, as
/// `/freeassociation.sourceforge.net/Europe/London`: a file's VTIMEZONE is often of another year. So does a name that
/// Windows has for a zone. What is left is evaluated from the VTIMEZONE of the same calendar object; where there is
/// none, or it cannot be read as a whole, the zone is unknown, and nothing is guessed.
struct ICalendarZones {
    private let rules: ZoneRules
    /// The zone of times that say none; `nil` where nobody declared one.
    let home: String?
    private var numbers: [Identifier: Int] = [:]
    private(set) var names: [String] = []
    // What the numbers mean in the present calendar object.
    private var meanings: [Int: ICalendarZone] = [:]
    // The zones that the present calendar object describes.
    private var described: [Identifier: DescribedZone] = [:]
    private var last: (name: [UInt8], number: Int) = ([], 0)

    /// The most names in one file: each is looked up in the system's tables.
    static let most = 2000
    private static let longestName = 256

    init(_ rules: ZoneRules, home: String?) {
        self.rules = rules
        self.home = home.flatMap { rules.knows($0) ? $0 : nil }
    }

    /// The number under which a name is known from now on; `nil` for one that is too long, or one too many.
    mutating func number(of name: Cell) -> Int? {
        if name.elementsEqual(last.name), !names.isEmpty { return last.number }
        guard name.count <= ICalendarZones.longestName else { return nil }
        let text = name.text
        let number: Int
        if let known = numbers[Identifier(text)] {
            number = known
        } else {
            guard names.count < ICalendarZones.most else { return nil }
            number = names.count
            numbers[Identifier(text)] = number
            names.append(text)
        }
        last = (Array(name), number)
        return number
    }

    /// Forgets what the calendar object before described.
    mutating func startObject() {
        meanings.removeAll(keepingCapacity: true)
        described.removeAll(keepingCapacity: true)
    }

    /// Takes in a description of a zone; the first of a name counts.
    mutating func describe(_ name: Identifier, _ zone: DescribedZone) {
        if described[name] == nil, described.count < ICalendarZones.most { described[name] = zone }
    }

    /// What a number stands for in the present calendar object.
    mutating func zone(_ number: Int) -> ICalendarZone {
        if let known = meanings[number] { return known }
        let zone = meaning(of: names[number])
        meanings[number] = zone
        return zone
    }

    private func meaning(of name: String) -> ICalendarZone {
        if let known = knownName(name) { return .named(known) }
        guard let changes = described[Identifier(name)]?.changes() else { return .unknown }
        return .described(changes)
    }

    private func knownName(_ name: String) -> String? {
        if rules.knows(name) { return name }
        if let known = WindowsZones.name(name), rules.knows(known) { return known }
        guard name.hasPrefix("/") else { return nil }
        let parts = name.split(separator: "/")
        for count in [3, 2, 1] where parts.count > count {
            let rest = parts.suffix(count).joined(separator: "/")
            if rules.knows(rest) { return rest }
        }
        return nil
    }

    /// True where a time on this clock is none, since nobody knows its zone.
    mutating func isUnknown(_ clock: ICalendarTime.Clock) -> Bool {
        if case .zone(let number) = clock, case .unknown = zone(number) { true } else { false }
    }

    /// The IANA name of a clock's zone, where it names one.
    mutating func name(_ clock: ICalendarTime.Clock) -> String? {
        if case .zone(let number) = clock, case .named(let name) = zone(number) { name } else { nil }
    }

    /// Seconds that a clock is ahead of UTC at an instant; `nil` where nobody knows.
    mutating func offset(_ clock: ICalendarTime.Clock, _ instant: Int64) -> Int? {
        switch clock {
        case .utc: return 0
        case .date, .floating: return home.flatMap { rules.offset($0, instant) }
        case .zone(let number):
            switch zone(number) {
            case .named(let name): return rules.offset(name, instant)
            case .described(let changes): return changes.offset(instant)
            case .unknown: return nil
            }
        }
    }

    /// The instant at which a clock shows a time; `nil` where nobody knows.
    ///
    /// Of an hour that the clocks repeat the first is meant, and one that they skip is read with the offset before the
    /// gap (RFC 5545 §3.3.5), so that 01:30 on London's last Sunday in March is 02:30. That goes for what rules make
    /// too: §3.3.10 would drop it, calendars and python-dateutil show it, and a dropped row would look like a lost one.
    mutating func instant(_ time: ICalendarTime) -> Int64? {
        if time.clock == .utc { return time.civil }
        // Whatever change there is near this time, a day before and a day after are on its two sides.
        guard let before = offset(time.clock, time.civil - 86_400),
            let after = offset(time.clock, time.civil + 86_400)
        else { return nil }
        let first = time.civil - Int64(before)
        if before == after || offset(time.clock, first) == before { return first }
        let second = time.civil - Int64(after)
        return offset(time.clock, second) == after ? second : first
    }
}
