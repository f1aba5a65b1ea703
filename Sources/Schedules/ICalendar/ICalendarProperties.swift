import Bookings

/// Which properties of an event hold which words.
///
/// Where nothing is mapped: `booking` is UID, `status` STATUS, `service` CATEGORIES, `practitioner` the name of
/// ORGANIZER, else of the ATTENDEE that is a resource, `location` LOCATION, else the ATTENDEE that is a room, else the
/// one that is a resource. SUMMARY and DESCRIPTION hold a client's name as often as not, and go into the sealed `note`.
/// Of the client nothing is known then.
///
/// A `map` names the properties of a word instead, as `practitioner: X-PRACTITIONER`, `client.name: SUMMARY`; a
/// property that is mapped goes into `note` no more. Of ORGANIZER and ATTENDEE, `client.email` and `client.id` take
/// the address, other words the name (CN); the ATTENDEE is the first person who is not the organizer. Times, zone and
/// series are iCalendar's own, and cannot be mapped.
struct ICalendarProperties {
    /// A property that holds a word, or a part of it.
    struct Source {
        let word: Word
        /// In capitals.
        let name: [UInt8]
        let role: Role
        /// True where the source's own map names it.
        let isMapped: Bool
    }

    /// Who an ATTENDEE must be.
    enum Role {
        case any, client, room, resource
    }

    /// All that are looked for in an event; the place of each is that of its value in ``ICalendarEvent/values``.
    private(set) var sources: [Source] = []
    /// For each word the places of its sources.
    private(set) var places: [[Int]] = Array(repeating: [], count: Word.allCases.count)
    /// True for a word whose sources are joined; of another the first that says something counts.
    private let isJoined: [Bool]
    /// The place of the organizer's address.
    let organizer: Int
    /// The place of the UID.
    let uid: Int

    static let fixed: [Word] = [.start, .end, .zone, .series, .occurrence]

    init(_ layout: ScheduleLayout) {
        let mapped = Set(layout.columns.values.joined().map { $0.uppercased() })
        isJoined = Word.allCases.map { $0 == .note || layout.columns[$0.name] != nil }
        var sources: [Source] = []
        func add(_ word: Word, _ name: String, _ role: Role = .any, isMapped: Bool = false) {
            sources.append(Source(word: word, name: Array(name.uppercased().utf8), role: role, isMapped: isMapped))
        }
        for word in Word.allCases {
            if let names = layout.columns[word.name] {
                for name in names { add(word, name, name.uppercased() == "ATTENDEE" ? .client : .any, isMapped: true) }
                continue
            }
            switch word {
            case .booking: add(word, "UID")
            case .status: add(word, "STATUS")
            case .service: add(word, "CATEGORIES")
            case .practitioner:
                add(word, "ORGANIZER")
                add(word, "ATTENDEE", .resource)
            case .location:
                add(word, "LOCATION")
                add(word, "ATTENDEE", .room)
                add(word, "ATTENDEE", .resource)
            case .note: for name in ["SUMMARY", "DESCRIPTION"] where !mapped.contains(name) { add(word, name) }
            default: break
            }
        }
        for (place, source) in sources.enumerated() { places[source.word.rawValue].append(place) }
        // What no word of ours holds comes last: who is not the client, and which events belong together.
        organizer = sources.count
        uid = sources.count + 1
        add(.clientEmail, "ORGANIZER")
        add(.series, "UID")
        self.sources = sources
    }

    /// What is wrong with a mapping, before any file is read.
    static func mistake(_ layout: ScheduleLayout) -> String? {
        fixed.first { layout.columns[$0.name] != nil }.map {
            "\"\($0.name)\" is not mapped in iCalendar, whose own properties say it"
        }
    }

    /// What stands between the values of a word that has several; `nil` where only the first counts.
    func joint(of word: Word) -> UInt8? {
        guard isJoined[word.rawValue] else { return nil }
        return word == .note ? 0x0a : 0x20
    }

    /// True where a word takes the address of a person, and not the name.
    static func takesAddress(_ word: Word) -> Bool { word == .clientEmail || word == .clientID }
}
