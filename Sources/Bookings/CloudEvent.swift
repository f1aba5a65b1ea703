import Transparency

/// Why an event cannot be recorded: the original goes to the dead letters with these words.
public struct UnreadableEvent: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and where; holds no personal value.
    public let description: String

    /// A refusal in these words.
    public init(_ description: String) {
        self.description = description
    }
}

/// What a configuration says of a source, as far as reading its events needs it.
public struct SourceRules: Sendable {
    /// The zone of times that are written without one.
    public var zone: String?
    /// The zones of practitioners who work elsewhere, by their names as the source writes them.
    public var practitionerZones: [String: String] = [:]
    /// The source's words for statuses.
    public var status: [String: Appointment.Status]
    /// What is known about zones.
    public var zones: ZoneRules
    /// The secret under which the ids of bookings are made whose export has none; `nil` where none are made.
    public var identityKey: [UInt8]?

    /// Rules by their parts.
    public init(zone: String? = nil, status: [String: Appointment.Status] = [:], zones: ZoneRules) {
        self.zone = zone
        self.status = status
        self.zones = zones
    }

    /// The zone of this practitioner's local times: their own, else the source's.
    public func zone(of practitioner: String?) -> String? {
        practitioner.flatMap { practitionerZones[$0] } ?? zone
    }

    /// The status that a word stands for, FHIR's own words included; `nil` where nobody mapped it.
    public func status(of word: String) -> Appointment.Status? {
        status[word] ?? Appointment.Status(rawValue: word)
    }
}

extension Event {
    /// Reads a CloudEvents 1.0 event in JSON. Whatever has no place in an entry goes, as it was, into the sealed
    /// `other`; a value that makes no sense is left out of its place and kept there too.
    ///
    /// Refused is only what cannot be recorded at all: no JSON, no event, no type of ours, no source, no booking.
    public init(cloudEvent json: JSONValue, rules: SourceRules) throws(UnreadableEvent) {
        var attributes = Members(json)
        guard json.members != nil else { throw UnreadableEvent("this is no JSON object") }
        guard let version = attributes.take("specversion")?.string else {
            throw UnreadableEvent("no CloudEvents event: the member \"specversion\" is missing")
        }
        guard version == "1.0" else {
            throw UnreadableEvent("CloudEvents 1.0 is understood; this says another version")
        }
        guard let typeText = attributes.take("type")?.string else { throw UnreadableEvent("\"type\" is missing") }
        guard let type = EntryType(rawValue: typeText), Event.canBeReported(type) else {
            throw UnreadableEvent(
                "\"type\" is none that a source reports: booking.created|modified|cancelled|deleted, "
                    + "notice.sent|failed, capture.started|stopped|heartbeat|gap")
        }
        let source = try Event.identifier("source", attributes.take("source"))
        guard let source else { throw UnreadableEvent("\"source\" is missing") }
        let booking = try Event.identifier("subject", attributes.take("subject"))
        guard booking != nil || !type.isAboutBooking else {
            throw UnreadableEvent("\"subject\", the booking's id, is missing")
        }
        self.init(type: type, source: source, booking: type.isAboutBooking ? booking : nil)
        if let id = attributes.take("id") {
            event = try? Event.identifier("id", id)
            if event == nil, id != .null, id != .string("") { attributes.putBack("id", id) }
        }
        var data = Members(attributes.take("data") ?? .object([]))
        var other = Leftovers()
        if let booking, !type.isAboutBooking { attributes.putBack("subject", .string(booking.text)) }
        if let time = attributes.take("time") {
            occurred = time.string.flatMap { Timestamp($0) }
            if occurred == nil { attributes.putBack("time", time) }
        }
        if let counter = attributes.take("sequence") {
            sequence = Event.counter(counter)
            if sequence == nil { attributes.putBack("sequence", counter) }
        }
        _ = attributes.take("datacontenttype")
        readActor(&data, &other)
        readReason(&data, &other)
        if type.family == .booking, let former = data.take("supersedes") {
            supersedes = try? Event.identifier("supersedes", former)
            if supersedes == nil { other.keep("supersedes", former == .null ? nil : former) }
        }
        readClient(&data, &other)
        switch type.family {
        case .booking: readAppointment(&data, &other, rules)
        case .notice: body = Event.notice(&data, &other, type: type, rules: rules)
        default: body = .object(["sources": .strings([source.text])])
        }
        other.keep(rest: data)
        other.keep(attributes: attributes)
        personal["other"] = other.text
    }

    private static func canBeReported(_ type: EntryType) -> Bool {
        type.isAboutBooking || [.captureStarted, .captureStopped, .captureHeartbeat, .captureGap].contains(type)
    }

    /// A text, or a whole number in its decimal digits: what real systems use as ids.
    private static func plainText(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text)? where !text.isEmpty: text
        case .integer(let number)?: String(number)
        default: nil
        }
    }

    private static func identifier(_ name: String, _ value: JSONValue?) throws(UnreadableEvent) -> Identifier? {
        guard let value, value != .null, value != .string("") else { return nil }
        guard let text = plainText(value) else {
            throw UnreadableEvent("\"\(name)\" is neither text nor a whole number")
        }
        guard text.utf8.count <= Identifier.longest else {
            throw UnreadableEvent("\"\(name)\" is longer than \(Identifier.longest) bytes")
        }
        return Identifier(text)
    }

    private static func counter(_ value: JSONValue) -> Int? {
        guard let text = plainText(value), let number = Int(text), String(number) == text,
            (0...JSONValue.largestInteger).contains(number)
        else { return nil }
        return number
    }

    private mutating func readActor(_ data: inout Members, _ other: inout Leftovers) {
        guard let value = data.take("actor") else { return }
        guard value.members != nil else {
            // Some systems send a bare login.
            guard let login = Event.plainText(value), login.utf8.count <= Identifier.longest else {
                return other.keep("actor", value)
            }
            actor = Entry.Actor(kind: .unknown, id: login)
            return
        }
        var members = Members(value)
        let word = members.take("kind")
        let kind = word?.string.flatMap(Entry.Actor.Kind.init(rawValue:))
        if let word, kind == nil { members.putBack("kind", word) }
        var id: String?
        if let value = members.take("id"), value != .null {
            id = Event.plainText(value).flatMap { $0.utf8.count <= Identifier.longest ? $0 : nil }
            if id == nil { members.putBack("id", value) }
        }
        actor = Entry.Actor(kind: kind ?? .unknown, id: id)
        if kind == .client { personal["actor.client"] = id }
        other.keep("actor", members.rest.isEmpty ? nil : .object(members.rest))
    }

    private mutating func readReason(_ data: inout Members, _ other: inout Leftovers) {
        guard let value = data.take("reason"), value != .null else { return }
        guard let text = Event.plainText(value) else { return other.keep("reason", value) }
        if Entry.isCode(text) { reason = text } else { personal["reason.text"] = text }
    }

    private mutating func readClient(_ data: inout Members, _ other: inout Leftovers) {
        if let note = data.take("note"), note != .null {
            if let text = Event.plainText(note) { personal["note"] = text } else { other.keep("note", note) }
        }
        guard let value = data.take("client"), value != .null else { return }
        guard value.members != nil else { return other.keep("client", value) }
        var members = Members(value)
        for name in ["id", "name", "phone", "email", "born"] {
            guard let value = members.take(name), value != .null else { continue }
            if let text = Event.plainText(value) {
                personal["client." + name] = text
            } else {
                members.putBack(name, value)
            }
        }
        other.keep("client", members.rest.isEmpty ? nil : .object(members.rest))
    }

    private mutating func readAppointment(_ data: inout Members, _ other: inout Leftovers, _ rules: SourceRules) {
        guard let value = data.take("appointment"), value != .null else { return }
        guard type != .deleted, value.members != nil else { return other.keep("appointment", value) }
        var members = Members(value)
        for member in members.rest where member.value == .null { cleared.insert(member.name) }
        for name in cleared { _ = members.take(name) }
        func text(_ name: String) -> String? {
            guard let value = members.take(name) else { return nil }
            guard let text = Event.plainText(value) else {
                members.putBack(name, value)
                return nil
            }
            guard Event.isShort(text) else {
                members.putBack(name, Event.cut(text))
                return nil
            }
            return text
        }
        func time(_ name: String, zone: String?) -> WallTime? {
            guard let value = members.take(name) else { return nil }
            guard let text = value.string, let time = try? WallTime(text, zone: zone, rules: rules.zones) else {
                members.putBack(name, value)
                return nil
            }
            return time
        }
        if let zone = text("zone") {
            // Only what looks like a zone stands in clear: anything else may be anybody's name.
            if Event.looksLikeZone(zone) { said.zone = zone } else { members.putBack("zone", .string(zone)) }
        }
        said.practitioner = text("practitioner")
        let zone = said.zone ?? rules.zone(of: said.practitioner)
        said.start = time("start", zone: zone)
        said.end = time("end", zone: zone)
        said.word = text("word")
        if let word = text("status") {
            let status = rules.status(of: word)
            said.status = status ?? .unknown
            if status?.rawValue != word {
                if let own = said.word, !own.utf8.elementsEqual(word.utf8) { members.putBack("word", .string(own)) }
                said.word = word
            }
        }
        said.service = text("service")
        said.location = text("location")
        said.series = text("series")
        said.occurrence = text("occurrence")
        other.keep("appointment", members.rest.isEmpty ? nil : .object(members.rest))
    }

    private static func notice(
        _ data: inout Members, _ other: inout Leftovers, type: EntryType, rules: SourceRules
    ) -> JSONValue {
        func text(_ name: String) -> JSONValue? {
            guard let value = data.take(name) else { return nil }
            guard let text = plainText(value), isShort(text) else {
                other.keep(name, value)
                return nil
            }
            return .string(text)
        }
        let medium = text("medium")
        let purpose = text("purpose")
        var quoted: JSONValue?
        if let value = data.take("quoted") {
            quoted = value.string.flatMap { try? WallTime($0, zone: rules.zone, rules: rules.zones) }
                .map { .string($0.text) }
            if quoted == nil { other.keep("quoted", value) }
        }
        var reached: JSONValue? = type == .noticeFailed ? .boolean(false) : nil
        if let value = data.take("reached") {
            if value.boolean != nil { reached = value } else { other.keep("reached", value) }
        }
        let isEmpty = purpose == nil && quoted == nil && reached == nil
        return .object([
            "medium": medium ?? (isEmpty ? .string("unknown") : nil), "purpose": purpose, "quoted": quoted,
            "reached": reached,
        ])
    }

    /// True for the spelling of an IANA zone: `Europe/London`, `Etc/GMT+1`, `UTC`.
    private static func looksLikeZone(_ text: String) -> Bool {
        text == "UTC"
            || text.contains("/") && text.utf8.count <= 64
                && text.utf8.allSatisfy { byte in
                    (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || (0x2b...0x39).contains(byte)
                        || byte == 0x5f
                }
    }

    /// The longest text that stands in an entry in clear, in bytes as printed: ten of them fit with room to spare.
    static let longestText = 1024

    /// True for a text that an entry has room for; a control character takes up to six bytes in it.
    private static func isShort(_ text: String) -> Bool {
        text.utf8.count <= longestText && JSONValue.string(text).bytes.count <= longestText + 2
    }

    /// The start of a text that is too long for an entry, with the digest of all of it.
    static func cut(_ text: String) -> JSONValue {
        var head = ""
        for character in text.unicodeScalars where head.utf8.count < longestText {
            head.unicodeScalars.append(character)
        }
        return .object([
            "cut": .string(head), "bytes": .integer(text.utf8.count),
            "digest": .string(Hash.sha256(Array(text.utf8)).base64),
        ])
    }
}

/// The members of an object that nobody has taken yet.
private struct Members {
    private(set) var rest: [JSONValue.Member]

    init(_ value: JSONValue) {
        rest = value.members ?? [.init("data", value)]
    }

    mutating func take(_ name: String) -> JSONValue? {
        guard let place = rest.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
        return rest.remove(at: place).value
    }

    mutating func putBack(_ name: String, _ value: JSONValue) {
        rest.append(.init(name, value))
    }
}

/// What the source sent that has no place in an entry: it is sealed as `other`, one JSON string.
private struct Leftovers {
    private var members: [JSONValue.Member] = []

    mutating func keep(_ name: String, _ value: JSONValue?) {
        if let value { members.append(.init(name, value)) }
    }

    mutating func keep(rest: Members) {
        members.append(contentsOf: rest.rest)
    }

    /// Keeps the attributes that nobody took as `event`, under a name that no member has yet.
    mutating func keep(attributes: Members) {
        guard !attributes.rest.isEmpty else { return }
        var name = "event"
        while members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) { name += "'" }
        members.append(.init(name, .object(attributes.rest)))
    }

    var text: String? { members.isEmpty ? nil : JSONValue.object(members).text }
}
