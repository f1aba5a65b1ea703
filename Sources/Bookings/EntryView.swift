package import Transparency

/// An entry's bytes, read where they lie: what each member says, and no text copied.
///
/// This is the one reader of entries; ``Entry/init(bytes:)-([UInt8])`` copies it out. It accepts exactly what
/// ``Entry/bytes-swift.property`` prints. It is lent: valid as long as the bytes are.
package struct EntryView {
    package let origin: JSONText
    package let index: Int
    package let previous: Hash
    package let recorded: Timestamp
    package let type: EntryType
    package private(set) var source: JSONText?
    package private(set) var event: JSONText?
    package private(set) var sequence: Int?
    package private(set) var occurred: Timestamp?
    package private(set) var basis: Entry.Basis?
    package private(set) var actor: (kind: Entry.Actor.Kind, id: JSONText?)?
    package private(set) var reason: JSONText?
    package private(set) var booking: JSONText?
    package private(set) var supersedes: JSONText?
    package private(set) var appointment: AppointmentView?
    package private(set) var body: JSONValue?
    /// Where the sealed fields start, to go through them again.
    private var sealedFields: JSONReader?

    /// Reads an entry, refusing whatever would not have been printed.
    package init(_ bytes: UnsafeRawBufferPointer) throws(EntryError) {
        self = try EntryView.view(bytes) { (members, reader) throws(JSONError) in
            try EntryView.readHead(&members, &reader)
        }
    }

    /// Reads an entry whose first `length` bytes are known to be its start up to `previous`.
    init(
        _ bytes: UnsafeRawBufferPointer, after length: Int, origin: JSONText, index: Int, previous: Hash
    ) throws(EntryError) {
        self = try EntryView.view(bytes, after: length) { (_, _) throws(JSONError) in
            .understood((origin, index, previous))
        }
    }

    private typealias Head = (origin: JSONText, index: Int, previous: Hash)

    private enum Outcome<Value> {
        case understood(Value)
        case notUnderstood(String)
    }

    private static func view(
        _ bytes: UnsafeRawBufferPointer, after length: Int = 0,
        head: (inout MemberReader, inout JSONReader) throws(JSONError) -> Outcome<Head>
    ) throws(EntryError) -> EntryView {
        guard bytes.count <= Entry.longest else {
            throw .refused(JSONError(reason: "an entry has at most \(Entry.longest) bytes", offset: Entry.longest))
        }
        let outcome: Outcome<EntryView>
        do throws(JSONError) {
            outcome = try EntryView.read(bytes.bindMemory(to: UInt8.self), after: length, head: head)
        } catch {
            throw .refused(error)
        }
        switch outcome {
        case .understood(let view): return view
        case .notUnderstood(let what): throw .notUnderstood(what)
        }
    }

    private static func read(
        _ bytes: UnsafeBufferPointer<UInt8>, after length: Int,
        head: (inout MemberReader, inout JSONReader) throws(JSONError) -> Outcome<Head>
    ) throws(JSONError) -> Outcome<EntryView> {
        var reader = JSONReader(bytes, canonical: true, offset: length)
        var members = length > 0 ? MemberReader() : try MemberReader(&reader)
        let outcome: Outcome<EntryView> =
            switch try head(&members, &reader) {
            case .understood(let head): try EntryView.read(head, &members, &reader)
            case .notUnderstood(let what): .notUnderstood(what)
            }
        if case .notUnderstood = outcome {
            // It is of a later program only if it is canonical JSON all the same.
            reader = JSONReader(bytes, canonical: true)
            _ = try reader.value()
        }
        guard reader.isAtEnd else { throw reader.failure("something follows the entry") }
        if case .understood(let view) = outcome, let misplaced = view.placement.misplaced {
            throw reader.failure(misplaced)
        }
        return outcome
    }

    private static func readHead(
        _ members: inout MemberReader, _ reader: inout JSONReader
    ) throws(JSONError) -> Outcome<Head> {
        try members.require("daybook", &reader)
        let version = try reader.integer()
        guard version == 1 else { return .notUnderstood("version \(version)") }
        guard let origin = try members.text("origin", &reader), !origin.isEscaped, Entry.isValidOrigin(origin.bytes)
        else {
            throw reader.failure("\"origin\" is no name of a ledger")
        }
        try members.require("index", &reader)
        let index = try reader.integer()
        guard let previous = try members.text("previous", &reader).flatMap({ Hash(base64: $0.bytes) }) else {
            throw reader.failure("\"previous\" is no base64 hash")
        }
        return .understood((origin, index, previous))
    }

    private static func read(
        _ head: Head, _ members: inout MemberReader, _ reader: inout JSONReader
    ) throws(JSONError) -> Outcome<EntryView> {
        guard let recorded = try members.timestamp("recorded", &reader) else {
            throw reader.failure("the member \"recorded\" should stand here")
        }
        guard let word = try members.text("type", &reader) else {
            throw reader.failure("the member \"type\" should stand here")
        }
        guard let type = EntryType(bytes: word.bytes) else { return .notUnderstood("type \(word.string)") }
        var view = EntryView(
            origin: head.origin, index: head.index, previous: head.previous, recorded: recorded, type: type)
        try view.readDetails(&members, &reader)
        if let body = view.body, let shape = type.body, !BodyMember.fit(shape, body) {
            return .notUnderstood("the body of \(type.rawValue)")
        }
        return .understood(view)
    }

    private init(origin: JSONText, index: Int, previous: Hash, recorded: Timestamp, type: EntryType) {
        self.origin = origin
        self.index = index
        self.previous = previous
        self.recorded = recorded
        self.type = type
    }

    private mutating func readDetails(_ members: inout MemberReader, _ reader: inout JSONReader) throws(JSONError) {
        source = try members.text("source", &reader)
        event = try members.text("event", &reader)
        if members.has("sequence", &reader) { sequence = try reader.integer() }
        occurred = try members.timestamp("occurred", &reader)
        if let text = try members.text("basis", &reader) {
            guard let value = Entry.Basis(text) else { throw reader.failure("no such basis") }
            basis = value
        }
        if members.has("actor", &reader) { actor = try EntryView.readActor(&reader) }
        reason = try members.text("reason", &reader)
        booking = try members.text("booking", &reader)
        supersedes = try members.text("supersedes", &reader)
        if members.has("appointment", &reader) { appointment = try AppointmentView(&reader) }
        if members.has("sealed", &reader) {
            sealedFields = reader
            try EntryView.readSealed(&reader)
        }
        if members.has("body", &reader) { body = try reader.value() }
        try members.close(&reader)
    }

    private static func readActor(
        _ reader: inout JSONReader
    ) throws(JSONError) -> (kind: Entry.Actor.Kind, id: JSONText?) {
        var members = try MemberReader(&reader)
        guard let kind = try members.text("kind", &reader).flatMap({ Entry.Actor.Kind($0) }) else {
            throw reader.failure("no such kind of actor")
        }
        let id = try members.text("id", &reader)
        guard kind != .client || id == nil else { throw reader.failure("a client's id is sealed, not written here") }
        try members.close(&reader)
        return (kind, id)
    }

    // MARK: Sealed fields

    private static func readSealed(_ reader: inout JSONReader) throws(JSONError) {
        guard reader.take("{") else { throw reader.failure("an object should start here") }
        var before: JSONText?
        repeat {
            let name = try reader.text()
            guard reader.take(":"), Hash.isBase64url(try reader.text().bytes) else {
                throw reader.failure(noDigest)
            }
            guard !name.isEscaped, Entry.isFieldName(name.bytes) else {
                throw reader.failure("the name of a sealed field")
            }
            if let before, !before.bytes.precedes(name.bytes) {
                throw reader.failure("sealed fields out of order")
            }
            before = name
        } while reader.take(",")
        guard reader.take("}") else { throw reader.failure("an object is not closed") }
    }

    private static let noDigest = "a sealed field holds a base64url digest"

    private static func sealedField(
        _ reader: inout JSONReader
    ) throws(JSONError) -> (name: JSONText, digest: Hash) {
        let name = try reader.text()
        guard reader.take(":"), let digest = Hash(base64url: try reader.text().bytes) else {
            throw reader.failure(noDigest)
        }
        return (name, digest)
    }

    /// Goes through the sealed fields in their order, as long as `body` returns true.
    package func forEachSealed(_ body: (_ name: JSONText, _ digest: Hash) -> Bool) {
        guard var reader = sealedFields, reader.take("{") else { return }
        // They were read without an error once.
        while let (name, digest) = try? EntryView.sealedField(&reader), body(name, digest), reader.take(",") {}
    }

    /// The digest of the sealed field of this name.
    package func sealed(_ name: StaticString) -> Hash? {
        var found: Hash?
        forEachSealed { other, digest in
            if other.equals(name) { found = digest }
            return found == nil
        }
        return found
    }

    var hasSealed: Bool { sealedFields != nil }
}

/// A booking's state inside an ``EntryView``.
package struct AppointmentView {
    package let start: WallTime?
    package let end: WallTime?
    package let zone: JSONText?
    package private(set) var status: Appointment.Status?
    package let word: JSONText?
    package let practitioner: JSONText?
    package let service: JSONText?
    package let location: JSONText?
    package let series: JSONText?
    package let occurrence: JSONText?

    init(_ reader: inout JSONReader) throws(JSONError) {
        var members = try MemberReader(&reader)
        start = try members.wallTime("start", &reader)
        end = try members.wallTime("end", &reader)
        zone = try members.text("zone", &reader)
        if let text = try members.text("status", &reader) {
            guard let value = Appointment.Status(text) else { throw reader.failure("no such status") }
            status = value
        }
        word = try members.text("word", &reader)
        practitioner = try members.text("practitioner", &reader)
        service = try members.text("service", &reader)
        location = try members.text("location", &reader)
        series = try members.text("series", &reader)
        occurrence = try members.text("occurrence", &reader)
        try members.close(&reader)
    }
}

extension Appointment {
    /// A view, copied out.
    init(_ view: AppointmentView) {
        start = view.start
        end = view.end
        zone = view.zone?.string
        status = view.status
        word = view.word?.string
        practitioner = view.practitioner?.string
        service = view.service?.string
        location = view.location?.string
        series = view.series?.string
        occurrence = view.occurrence?.string
    }
}

extension Entry {
    /// A view, copied out.
    package init(_ view: EntryView) {
        self.init(
            origin: view.origin.string, index: view.index, previous: view.previous, recorded: view.recorded,
            type: view.type)
        source = view.source.map { Identifier($0.string) }
        event = view.event.map { Identifier($0.string) }
        sequence = view.sequence
        occurred = view.occurred
        basis = view.basis
        actor = view.actor.map { Actor(kind: $0.kind, id: $0.id?.string) }
        reason = view.reason?.string
        booking = view.booking.map { Identifier($0.string) }
        supersedes = view.supersedes.map { Identifier($0.string) }
        appointment = view.appointment.map { Appointment($0) }
        view.forEachSealed { name, digest in
            sealed.append(SealedField(name: name.string, digest: digest))
            return true
        }
        body = view.body
    }

    /// Reads an entry from its bytes, refusing whatever ``bytes-swift.property`` would not have printed.
    public init(bytes: UnsafeRawBufferPointer) throws(EntryError) {
        self.init(try EntryView(bytes))
    }

    /// Reads an entry from its bytes, refusing whatever ``bytes-swift.property`` would not have printed.
    public init(bytes: [UInt8]) throws(EntryError) {
        // The typed throw cannot cross the standard library's closure here, so the outcome is carried out of it.
        let outcome = bytes.withUnsafeBytes { bytes -> Result<Entry, EntryError> in
            do throws(EntryError) { return .success(try Entry(bytes: bytes)) } catch { return .failure(error) }
        }
        self = try outcome.get()
    }
}
