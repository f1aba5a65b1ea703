public import Bookings
import GRDB

/// What is to be erased. What is named together restricts each other; something must be named.
public struct ErasureScope: Sendable {
    /// Everything of the client with this id, as far as an entry discloses it.
    public var client: String?
    /// Everything of this booking, under all ids that it had.
    public var booking: BookingKey?
    /// Of this source only.
    public var source: Identifier?
    /// These fields only; all where there are none.
    public var fields: Set<String>

    /// A scope by its parts.
    public init(
        client: String? = nil, booking: BookingKey? = nil, source: Identifier? = nil, fields: Set<String> = []
    ) {
        self.client = client
        self.booking = booking
        self.source = source
        self.fields = fields
    }
}

/// What was erased, or would be.
public struct Erasure: Sendable {
    /// The fields of each entry, entries ascending.
    public var erased: [(entry: Int, fields: [String])] = []
    /// How many of these had no value any more, though no erasure was recorded.
    public var missing = 0
    /// How many originals of refused events were erased with them.
    public var letters = 0
    /// How many findings lost their words.
    public var findings = 0
    /// Entries of the same bookings of which it cannot be told whether they are of the client: nothing of theirs was
    /// erased.
    public var left: [Int] = []
    /// Lines of the list beside the lock that could not be read.
    public var unreadable = 0
    /// The entry that records the request; `nil` where nothing was recorded.
    public var requested: Int?
    /// The entries that record what was erased.
    public var completed: [Int] = []

    /// The number of fields.
    public var count: Int { erased.reduce(0) { $0 + $1.fields.count } }
}

extension Ledger {
    /// What ``erase(_:by:reason:)`` would erase, without doing so.
    public func erasure(of scope: ErasureScope) throws(LedgerError) -> Erasure {
        try read { try ErasurePlan(scope, self, in: $0).outcome }
    }

    /// Erases values, their salts and everything that was derived from them, and records who asked for it and what was
    /// erased, in one transaction. The entries stay as they are: a hash without its salt says nothing.
    ///
    /// Where nothing is left to erase nothing is recorded. A copy of the list goes beside the lock. The values are gone
    /// from the file only once ``emptyWriteAheadLog(within:)`` says so.
    public func erase(_ scope: ErasureScope, by actor: Entry.Actor, reason: String) throws(LedgerError) -> Erasure {
        let erasure = try append { appender in
            let plan = try ErasurePlan(scope, self, in: appender.database)
            return try appender.erase(plan, scope, by: actor, reason: reason)
        }
        try copyErasures()
        return erasure
    }

    /// Erases again what was erased before and is there again: after the disclosures, or an older copy of the ledger,
    /// were put back. What the ledger's own entries list counts, and what the list beside the lock does.
    public func reapplyErasures(by actor: Entry.Actor, reason: String) throws(LedgerError) -> Erasure {
        let (lines, unreadable) = try keys?.erasures() ?? ([], 0)
        var erasure = try append { appender in
            let plan = try ErasurePlan(reapplying: lines, origin: origin, in: appender.database)
            return try appender.erase(plan, ErasureScope(), by: actor, reason: reason)
        }
        erasure.unreadable = unreadable
        try copyErasures()
        return erasure
    }
}

extension Appender {
    fileprivate mutating func erase(
        _ plan: ErasurePlan, _ scope: ErasureScope, by actor: Entry.Actor, reason: String
    ) throws -> Erasure {
        var outcome = plan.outcome
        guard !outcome.erased.isEmpty else { return outcome }
        let names = Set(outcome.erased.flatMap(\.fields)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var request = entry(.erasureRequested)
        request.actor = actor
        request.reason = reason
        let source = scope.booking?.source ?? scope.source
        request.body = .object([
            "fields": .strings(names), "source": (source?.text).map { .string($0) },
            "booking": (scope.booking?.booking.text).map { .string($0) },
        ])
        outcome.requested = try append(request)
        outcome.findings = try plan.eraseRemains(in: database)
        try PersonalTables.rewrite(in: database)
        for rows in Appender.pieces(of: outcome.erased) {
            var done = entry(.erasureCompleted)
            done.actor = actor
            done.reason = reason
            done.body = .object(["erased": .array(rows)])
            outcome.completed.append(try append(done))
        }
        return outcome
    }

    /// The rows of the list, in pieces that each fit into an entry with room for its other members.
    private static func pieces(of erased: [(entry: Int, fields: [String])]) -> [[JSONValue]] {
        var pieces: [[JSONValue]] = []
        var length = 0
        for (entry, fields) in erased {
            let row = JSONValue.array([.integer(entry), .strings(fields)])
            let bytes = row.bytes.count + 1
            if pieces.isEmpty || length + bytes > longestPiece {
                pieces.append([])
                length = 0
            }
            pieces[pieces.count - 1].append(row)
            length += bytes
        }
        return pieces
    }

    /// What names of ledger and actor can leave over at least.
    private static let longestPiece = 60_000
}
