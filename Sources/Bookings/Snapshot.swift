public import Transparency

/// What a reading of the live schedule can be asked about: absence means something only inside it.
public struct Coverage: Hashable, Sendable {
    /// The source that was read.
    public var source: Identifier
    /// When the live schedule looked like this.
    public var takenAt: Timestamp
    /// The start of the first appointment that would be in it; `nil` for no bound.
    public var from: WallTime?
    /// The bound before which the start of the last appointment lies; `nil` for no bound.
    public var to: WallTime?
    /// True only where somebody said that nothing inside the window is left out.
    public var isComplete: Bool
    /// Whether cancelled rows stay in the export; `nil` where nobody said.
    public var cancelled: Cancelled?
    /// The practitioners whose appointments are in it; `nil` for all.
    public var practitioners: Set<String>?
    /// How many rows the exporter says that there are in the file.
    public var rowCount: Int?
    /// How many rows the exporter says that there are in all.
    public var totalReported: Int?
    /// Why the reading is known to lack some of the schedule, as words that fit behind a colon: a page that was lost, an
    /// error that the server reported. `nil` where nothing says so.
    public var shortfall: String?
    /// The zone of times that are written without one.
    public var zone: String?

    /// What becomes of a cancelled appointment's row in an export.
    public enum Cancelled: String, Sendable {
        /// It stays, with its status.
        case kept
        /// It is left out, so that this export cannot tell cancelled from dropped.
        case removed
    }

    /// Coverage about which nothing is declared but source and time.
    public init(source: Identifier, takenAt: Timestamp) {
        self.source = source
        self.takenAt = takenAt
        isComplete = false
    }

    /// Notes why the reading is known not to be whole, beside what is known already.
    public mutating func addShortfall(_ reason: String) {
        isComplete = false
        shortfall = shortfall.map { "\($0); \(reason)" } ?? reason
    }

    /// True where an appointment with this start and practitioner would be in the reading.
    ///
    /// An appointment whose start nobody knows is inside only where there is no window. Blanks around a practitioner's name
    /// make no other.
    public func includes(start: WallTime?, practitioner: String?) -> Bool {
        guard practitioners == nil || practitioner.map({ practitioners!.contains($0.trimmedOfBlanks) }) ?? false else {
            return false
        }
        guard let instant = start?.instant else { return from == nil && to == nil }
        return (from.map { instant >= $0.instant } ?? true) && (to.map { instant < $0.instant } ?? true)
    }
}

/// One row of the live schedule.
public struct LiveAppointment: Sendable, Equatable {
    /// The booking's id in its source.
    public let booking: Identifier
    /// What the schedule says of it.
    public var appointment: Appointment
    /// Personal values by the names under which they are sealed: `client.id`, `client.name` …
    public var personal: [String: String]
    /// The row's number in what was read, the header being 1.
    public let row: Int

    /// A row by its parts.
    public init(booking: Identifier, appointment: Appointment, personal: [String: String] = [:], row: Int) {
        self.booking = booking
        self.appointment = appointment
        self.personal = personal
        self.row = row
    }
}

/// A value in the live schedule that is not what it should be. The row is kept, the value left out of it.
public struct Malformation: Sendable, Equatable {
    /// What kind of trouble it is: each is a finding of its own.
    public enum Kind: Sendable, Equatable {
        /// Impossible, as 30 February or an end before its start.
        case malformed
        /// A status that nobody mapped.
        case unmappedStatus
        /// A local time without any zone.
        case noZone
    }

    /// What kind of trouble it is.
    public let kind: Kind
    /// The booking, where the row has an id.
    public let booking: Identifier?
    /// The row's number in what was read, the header being 1.
    public let row: Int
    /// The name of the column.
    public let column: String
    /// What is wrong with it, without a personal value, and what to do where that is one thing.
    public let reason: String
    /// The word that nobody mapped.
    public let word: String?

    /// A malformation by its parts.
    public init(
        kind: Kind, booking: Identifier?, row: Int, column: String, reason: String, word: String? = nil
    ) {
        self.kind = kind
        self.booking = booking
        self.row = row
        self.column = column
        self.reason = reason
        self.word = word
    }
}

/// One reading of the live schedule.
public struct Snapshot: Sendable {
    /// What the reading can be asked about.
    public let coverage: Coverage
    /// The rows in the order of the file; an id may stand twice.
    public let appointments: LiveAppointments
    /// The rows by the id of their booking.
    public let index: BookingIndex
    /// What is not what it should be.
    public let malformations: [Malformation]
    /// The number of rows, those without an id included.
    public let rows: Int
    /// SHA-256 of the reading's bytes as received.
    public let digest: Hash
    /// How many things it holds that are no appointments, and so no rows.
    public var passedOver = 0

    /// A snapshot by its parts.
    public init(
        coverage: Coverage, appointments: [LiveAppointment], malformations: [Malformation] = [], rows: Int, digest: Hash
    ) {
        self.init(
            coverage: coverage, appointments: LiveAppointments(appointments), malformations: malformations, rows: rows,
            digest: digest)
    }

    /// A snapshot by its parts. Linear in the number of rows.
    public init(
        coverage: Coverage, appointments: LiveAppointments, malformations: [Malformation] = [], rows: Int, digest: Hash
    ) {
        self.init(
            coverage: coverage, appointments: appointments, index: BookingIndex(appointments),
            malformations: malformations, rows: rows, digest: digest)
    }

    /// A snapshot by its parts, `index` being that of the appointments.
    package init(
        coverage: Coverage, appointments: LiveAppointments, index: BookingIndex, malformations: [Malformation],
        rows: Int, digest: Hash
    ) {
        self.coverage = coverage
        self.appointments = appointments
        self.index = index
        self.malformations = malformations
        self.rows = rows
        self.digest = digest
    }

    /// The distinct ids in byte order: the leaves of the reading's tree.
    public var bookings: [Identifier] {
        let again = Set(index.repeated.map(\.again))
        let places = appointments.indices.filter { !again.contains($0) }.sorted { left, right in
            appointments.withBooking(at: left) { left in
                appointments.withBooking(at: right) { left.precedes($0) }
            }
        }
        return places.map { appointments.booking(at: $0) }
    }

    /// The row of this booking, the first where it has several.
    public func row(of booking: Identifier) -> LiveAppointment? {
        index[booking].map { appointments[$0] }
    }

    /// True where the reading is declared complete, has no fewer rows than its exporter says that there are, and the
    /// entry can say of whom it speaks.
    private var isWhole: Bool {
        coverage.isComplete && max(coverage.rowCount ?? 0, coverage.totalReported ?? 0) <= rows
            && (coverage.practitioners == nil || practitioners != nil)
    }

    /// The practitioners to whom the reading is limited, as the entry names them; `nil` where it is not limited, or to
    /// so many that they have no place there.
    private var practitioners: JSONValue? {
        let named = coverage.practitioners?.filter { !$0.isEmpty && !$0.utf8.contains(0) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard let named, !named.isEmpty else { return nil }
        let list = JSONValue.strings(named)
        return list.text.utf8.count <= Snapshot.longestPractitioners ? list : nil
    }

    /// How many bytes of an entry's 65,535 the names of practitioners may take: some thousand names.
    private static let longestPractitioners = 32_768

    /// The body of the `snapshot.taken` entry that commits to this reading.
    ///
    /// A reading that is limited to nobody, or to more practitioners than an entry can name, is recorded as not
    /// complete: nothing is concluded later from what it lacks, rather than too much.
    public func body() -> JSONValue { body(committing: commitment()) }

    /// The tree over the ids of this reading.
    public func commitment() -> Commitment {
        Commitment { leaf in
            for booking in bookings {
                let key = BookingKey(source: coverage.source, booking: booking)
                leaf(key, CommitmentTree.snapshotLeaf(key))
            }
        }
    }

    /// The body, of a reading whose tree is at hand.
    public func body(committing commitment: Commitment) -> JSONValue {
        .object([
            "takenAt": .string(coverage.takenAt.text), "from": (coverage.from?.text).map { .string($0) },
            "to": (coverage.to?.text).map { .string($0) }, "complete": .boolean(isWhole),
            "cancelled": coverage.cancelled.map { .string($0.rawValue) }, "practitioners": practitioners,
            "rows": .integer(rows),
            "digest": .string(digest.base64), "size": .integer(commitment.size),
            "root": .string(commitment.root.base64),
        ])
    }
}

/// A reading as the ledger recorded it: a `snapshot.taken` entry.
public struct Reading: Hashable, Sendable {
    /// The entry's index.
    public let index: Int
    /// When it was recorded.
    public let recorded: Timestamp
    /// What it could be asked about.
    public let coverage: Coverage
    /// The number of rows.
    public let rows: Int
    /// SHA-256 of the reading's bytes.
    public let digest: Hash
    /// The number of distinct ids.
    public let size: Int
    /// The root of the tree over the ids.
    public let root: Hash

    /// The reading that an entry records; `nil` for an entry of another type.
    public init?(_ entry: Entry) {
        guard entry.type == .snapshotTaken, let source = entry.source, let body = entry.body,
            let takenAt = body["takenAt"]?.string.flatMap({ Timestamp(canonical: $0) }),
            let rows = body["rows"]?.integer, let size = body["size"]?.integer,
            let digest = body["digest"]?.string.flatMap({ Hash(base64: $0) }),
            let root = body["root"]?.string.flatMap({ Hash(base64: $0) })
        else { return nil }
        index = entry.index
        recorded = entry.recorded
        var coverage = Coverage(source: source, takenAt: takenAt)
        coverage.from = body["from"]?.string.flatMap { WallTime(canonical: $0) }
        coverage.to = body["to"]?.string.flatMap { WallTime(canonical: $0) }
        coverage.isComplete = body["complete"]?.boolean ?? false
        coverage.cancelled = body["cancelled"]?.string.flatMap(Coverage.Cancelled.init(rawValue:))
        coverage.practitioners = body["practitioners"]?.array.map { Set($0.compactMap(\.string)) }
        self.coverage = coverage
        self.rows = rows
        self.digest = digest
        self.size = size
        self.root = root
    }
}

extension String {
    /// The text without white space around it, as Unicode knows that.
    package var trimmedOfBlanks: String {
        var scalars = unicodeScalars[...]
        while scalars.first?.properties.isWhitespace ?? false { scalars.removeFirst() }
        while scalars.last?.properties.isWhitespace ?? false { scalars.removeLast() }
        return String(scalars)
    }
}
