public import Transparency

/// What the parser answers where it does not answer with an entry.
public enum EntryError: Error, Equatable, Sendable {
    /// Well formed, but of another version, type or body: an entry of a later program, perhaps.
    case notUnderstood(String)
    /// Not what the printer would have produced.
    case refused(JSONError)
}

extension Entry {
    /// The start of every entry at this place in this ledger, up to the end of `previous`.
    ///
    /// A verifier builds it and compares bytes: the chain is checked without parsing JSON, in any order.
    public static func prefix(origin: String, index: Int, previous: Hash) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(origin.utf8.count + 110)
        appendPrefix(origin: origin, index: index, previous: previous, to: &out)
        return out
    }

    /// Appends ``prefix(origin:index:previous:)``.
    public static func appendPrefix(origin: String, index: Int, previous: Hash, to out: inout [UInt8]) {
        out.append(contentsOf: "{\"daybook\":1,\"origin\":\"".utf8)
        out.append(contentsOf: origin.utf8)
        out.append(contentsOf: "\",\"index\":".utf8)
        out.append(contentsOf: String(index).utf8)
        out.append(contentsOf: ",\"previous\":\"".utf8)
        previous.withUnsafeBytes { Base64.standard.append($0, to: &out) }
        out.append(UInt8(ascii: "\""))
    }

    /// The entry's bytes: what is stored, hashed and exported. The inverse of ``init(bytes:)``.
    ///
    /// Requires members that stand where the format puts them and a valid origin; anything else traps, since a ledger
    /// that records what it cannot read is worse than one that stops.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(768)
        var members = MemberPrinter(out)
        members.add("daybook", 1)
        members.add("origin", origin)
        members.add("index", index)
        members.add("previous") { out in
            out.append(UInt8(ascii: "\""))
            previous.withUnsafeBytes { Base64.standard.append($0, to: &out) }
            out.append(UInt8(ascii: "\""))
        }
        members.add("recorded", recorded)
        members.add("type", type.rawValue)
        members.add("source", source?.text)
        members.add("event", event?.text)
        members.add("sequence", sequence)
        members.add("occurred", occurred)
        members.add("basis", basis?.rawValue)
        if let actor {
            members.add("actor") { out in
                var inner = MemberPrinter(out)
                inner.add("kind", actor.kind.rawValue)
                inner.add("id", actor.id)
                out = inner.close()
            }
        }
        members.add("reason", reason)
        members.add("booking", booking?.text)
        members.add("supersedes", supersedes?.text)
        if let appointment { members.add("appointment") { appointment.append(to: &$0) } }
        if !sealed.isEmpty { members.add("sealed") { Entry.append(sealed: sealed, to: &$0) } }
        if let body { members.add("body") { body.append(to: &$0) } }
        out = members.close()
        precondition(misplaced == nil, "\(misplaced ?? "") in an entry of type \(type.rawValue)")
        return out
    }

    private static func append(sealed: [SealedField], to out: inout [UInt8]) {
        for (position, field) in sealed.enumerated() {
            out.append(UInt8(ascii: position == 0 ? "{" : ","))
            JSONValue.append(string: field.name, to: &out)
            out.append(contentsOf: ":\"".utf8)
            field.digest.withUnsafeBytes { Base64.url.append($0, to: &out) }
            out.append(UInt8(ascii: "\""))
        }
        out.append(UInt8(ascii: "}"))
    }

    /// Reads an entry from its bytes, refusing whatever ``bytes-swift.property`` would not have printed.
    public init(bytes: [UInt8]) throws(EntryError) {
        self = try Entry.parse(bytes.withUnsafeBytes { Entry.parsed($0) })
    }

    /// Reads an entry from its bytes, refusing whatever ``bytes-swift.property`` would not have printed.
    public init(bytes: UnsafeRawBufferPointer) throws(EntryError) {
        self = try Entry.parse(Entry.parsed(bytes))
    }

    private static func parse(_ outcome: Result<Entry, EntryError>) throws(EntryError) -> Entry {
        try outcome.get()
    }

    private static func parsed(_ bytes: UnsafeRawBufferPointer) -> Result<Entry, EntryError> {
        guard bytes.count <= Entry.longest else {
            return .failure(
                .refused(JSONError(reason: "an entry has at most \(Entry.longest) bytes", offset: Entry.longest)))
        }
        var reader = JSONReader(bytes.bindMemory(to: UInt8.self), canonical: true)
        do throws(JSONError) {
            switch try Entry.read(&reader) {
            case .entry(let entry):
                guard reader.isAtEnd else { throw reader.failure("something follows the entry") }
                if let misplaced = entry.misplaced { throw reader.failure(misplaced) }
                return .success(entry)
            case .notUnderstood(let what):
                var reader = JSONReader(bytes.bindMemory(to: UInt8.self), canonical: true)
                _ = try reader.value()
                guard reader.isAtEnd else { throw reader.failure("something follows the entry") }
                return .failure(.notUnderstood(what))
            }
        } catch {
            return .failure(.refused(error))
        }
    }

    private enum Reading {
        case entry(Entry)
        case notUnderstood(String)
    }

    private static func read(_ reader: inout JSONReader) throws(JSONError) -> Reading {
        var members = try MemberReader(&reader)
        try members.require("daybook", &reader)
        let version = try reader.integer()
        guard version == 1 else { return .notUnderstood("version \(version)") }
        guard let origin = try members.text("origin", &reader), Entry.isValidOrigin(origin) else {
            throw reader.failure("\"origin\" is no name of a ledger")
        }
        try members.require("index", &reader)
        let index = try reader.integer()
        guard let previousText = try members.text("previous", &reader), let previous = Hash(base64: previousText) else {
            throw reader.failure("\"previous\" is no base64 hash")
        }
        guard let recorded = try members.timestamp("recorded", &reader) else {
            throw reader.failure("the member \"recorded\" should stand here")
        }
        guard let typeText = try members.text("type", &reader) else {
            throw reader.failure("the member \"type\" should stand here")
        }
        guard let type = EntryType(rawValue: typeText) else { return .notUnderstood("type \(typeText)") }
        var entry = Entry(origin: origin, index: index, previous: previous, recorded: recorded, type: type)
        try entry.readDetails(&members, &reader)
        if let shape = type.body, let body = entry.body, !BodyMember.fit(shape, body) {
            return .notUnderstood("the body of \(type.rawValue)")
        }
        return .entry(entry)
    }

    private mutating func readDetails(_ members: inout MemberReader, _ reader: inout JSONReader) throws(JSONError) {
        source = try members.text("source", &reader).map { Identifier($0) }
        event = try members.text("event", &reader).map { Identifier($0) }
        if members.has("sequence", &reader) { sequence = try reader.integer() }
        occurred = try members.timestamp("occurred", &reader)
        if let text = try members.text("basis", &reader) {
            guard let value = Basis(rawValue: text) else { throw reader.failure("no such basis") }
            basis = value
        }
        if members.has("actor", &reader) { actor = try Entry.readActor(&reader) }
        reason = try members.text("reason", &reader)
        booking = try members.text("booking", &reader).map { Identifier($0) }
        supersedes = try members.text("supersedes", &reader).map { Identifier($0) }
        if members.has("appointment", &reader) { appointment = try Appointment(from: &reader) }
        if members.has("sealed", &reader) { sealed = try Entry.readSealed(&reader) }
        if members.has("body", &reader) { body = try reader.value() }
        try members.close(&reader)
    }

    private static func readActor(_ reader: inout JSONReader) throws(JSONError) -> Actor {
        var members = try MemberReader(&reader)
        guard let kind = try members.text("kind", &reader).flatMap(Actor.Kind.init(rawValue:)) else {
            throw reader.failure("no such kind of actor")
        }
        let id = try members.text("id", &reader)
        guard kind != .client || id == nil else { throw reader.failure("a client's id is sealed, not written here") }
        try members.close(&reader)
        return Actor(kind: kind, id: id)
    }

    private static func readSealed(_ reader: inout JSONReader) throws(JSONError) -> [SealedField] {
        var fields: [SealedField] = []
        guard reader.take("{") else { throw reader.failure("an object should start here") }
        repeat {
            let name = try reader.string()
            guard reader.take(":"), let digest = Hash(base64url: try reader.string()) else {
                throw reader.failure("a sealed field holds a base64url digest")
            }
            fields.append(SealedField(name: name, digest: digest))
        } while reader.take(",")
        guard reader.take("}") else { throw reader.failure("an object is not closed") }
        return fields
    }

    /// What stands where the format does not put it, or is missing where it does; `nil` where all is in its place.
    var misplaced: String? {
        let hasSource = source != nil
        let rules: [(Bool, String)] = [
            (index >= 0, "an index below zero"),
            (sequence.map { (0...JSONValue.largestInteger).contains($0) } ?? true, "a sequence out of range"),
            (hasSource == (type.family != .ledger), "a source missing or out of place"),
            (hasSource || (event == nil && sequence == nil), "an event of no source"),
            ((basis != nil) == (type.family == .booking), "a basis missing or out of place"),
            ((booking != nil) == type.isAboutBooking, "a booking missing or out of place"),
            (supersedes == nil || type.family == .booking, "supersedes out of place"),
            (
                (appointment != nil) == (type.family == .booking && type != .deleted),
                "an appointment missing or out of place"
            ),
            ((body != nil) == (type.family != .booking), "a body missing or out of place"),
            (reason.map(Entry.isCode) ?? true, "a reason that is no code"),
            (sealed.allSatisfy { Entry.isFieldName($0.name) }, "the name of a sealed field"),
            (
                zip(sealed, sealed.dropFirst()).allSatisfy { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) },
                "sealed fields out of order"
            ),
        ]
        return rules.first { !$0.0 }?.1
    }
}
