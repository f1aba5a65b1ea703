public import Bookings
import GRDB
import Transparency

/// A finding over its life: first seen, seen again, resolved; acknowledged by somebody until some day.
public struct RememberedFinding: Sendable {
    /// How a finding stands.
    public enum State: String, Sendable {
        /// The last check saw it for the first time, or again after it was resolved.
        case new
        /// The last check saw it, and one before it too.
        case open
        /// Somebody acknowledged it, and the day has not come.
        case acknowledged
        /// The last check did not see it any more.
        case resolved
    }

    /// Its number, for good.
    public let id: Int
    /// The source that was checked.
    public let source: Identifier
    /// Its code, as `AR101`.
    public let code: String
    /// The booking that it concerns.
    public let booking: Identifier?
    /// Which of several about the source or the booking it is.
    public let detail: String?
    /// How it stands.
    public let state: State
    /// When it was first seen, in its present life.
    public let first: Timestamp
    /// When it was last seen.
    public let last: Timestamp
    /// Until when it is acknowledged; `nil` where it is not.
    public let acknowledgedUntil: Timestamp?
    /// The finding as the last check that saw it printed it.
    public let finding: JSONValue
}

/// What a check found, as far as its life needs it.
public struct CheckedFinding: Sendable {
    /// Its code, as `AR101`.
    public let code: String
    /// The booking that it concerns.
    public let booking: Identifier?
    /// Which of several about the source or the booking it is; `nil` where there is only one.
    public let detail: String?
    /// The finding as reports print it.
    public let finding: JSONValue

    /// A finding by its parts.
    public init(code: String, booking: Identifier?, detail: String? = nil, finding: JSONValue) {
        self.code = code
        self.booking = booking
        self.detail = detail
        self.finding = finding
    }
}

extension Ledger {
    /// Records that a check was made, and carries the life of its source's findings on.
    ///
    /// One code about one booking, or one detail of the source, is one finding. Without a `body` no entry is made: a check of a reading that was
    /// checked before. What was found before about the `undecided` bookings, of which this reading says nothing, stays
    /// as it is.
    public func recordCheck(
        of source: Identifier, body: JSONValue?, findings: [CheckedFinding], undecided: Set<Identifier> = []
    ) throws(LedgerError) {
        try append { appender in
            if let body {
                var entry = appender.entry(.checkCompleted)
                entry.body = body
                try appender.append(entry)
            }
            let number = try appender.projector.number(of: source)
            let now = clock()
            let database = appender.database
            for one in findings {
                try Query(
                    database,
                    """
                    INSERT INTO finding (source, code, booking, detail, finding, first, last)
                    VALUES (?1, ?2, ?3, ?6, ?4, ?5, ?5)
                    ON CONFLICT (source, code, booking, detail) DO UPDATE SET finding = excluded.finding,
                    first = iif(resolved IS NULL, first, excluded.first),
                    acknowledged = iif(resolved IS NULL, acknowledged, NULL), last = excluded.last, resolved = NULL
                    """
                ).bind(1, number).bind(2, text: one.code).bind(3, one.booking ?? "").bind(4, text: one.finding.text)
                    .bind(5, text: now.text).bind(6, text: one.detail ?? "").run()
            }
            for booking in undecided {
                try Query(
                    database,
                    "UPDATE finding SET last = ?3 WHERE source = ?1 AND booking = ?2 AND resolved IS NULL"
                ).bind(1, number).bind(2, booking).bind(3, text: now.text).run()
            }
            try Query(
                database, "UPDATE finding SET resolved = ?2 WHERE source = ?1 AND resolved IS NULL AND last <> ?2"
            ).bind(1, number).bind(2, text: now.text).run()
        }
    }

    /// The findings of one source or of all, by number; resolved ones only where asked for.
    public func findings(of source: Identifier? = nil, resolved: Bool = false) throws(LedgerError)
        -> [RememberedFinding]
    {
        let now = clock()
        return try read { database in
            try Query(
                database,
                """
                SELECT finding.id, name, code, booking, finding, first, last, resolved, acknowledged, detail FROM finding
                JOIN source ON source.id = finding.source ORDER BY finding.id
                """
            ).all { RememberedFinding($0, now: now) }.compactMap { $0 }
                .filter { (source == nil || $0.source == source) && (resolved || $0.state != .resolved) }
        }
    }

    /// Acknowledges findings: who, why, and until when is an entry of the ledger for each, all of them or none. Gives their
    /// indexes.
    public func acknowledge(
        _ findings: [RememberedFinding], by actor: Entry.Actor, reason: String, until: Timestamp
    ) throws(LedgerError) -> [Int] {
        try append { appender in
            try findings.map { finding in
                var entry = appender.entry(.findingAcknowledged)
                entry.actor = actor
                var disclosures: [Disclosure] = []
                if Entry.isCode(reason) {
                    entry.reason = reason
                } else {
                    disclosures.append(Disclosure(name: "reason.text", value: reason))
                    entry.sealed = disclosures.map(\.sealed)
                }
                entry.body = .object([
                    "source": .string(finding.source.text), "code": .string(finding.code),
                    "booking": (finding.booking?.text).map { .string($0) },
                    "detail": finding.detail.map { .string($0) }, "until": .string(until.text),
                ])
                let index = try appender.append(entry, disclosures: disclosures)
                try Query(appender.database, "UPDATE finding SET acknowledged = ?2 WHERE id = ?1")
                    .bind(1, finding.id).bind(2, text: until.text).run()
                return index
            }
        }
    }
}

extension RememberedFinding {
    fileprivate init?(_ row: Query, now: Timestamp) {
        guard let first = Timestamp(canonical: row.text(5)), let last = Timestamp(canonical: row.text(6)),
            let finding = try? JSONValue(canonical: row.bytes(4))
        else { return nil }
        id = row.integer(0)
        source = row.identifier(1)
        code = row.text(2)
        booking = row.text(3).isEmpty ? nil : row.identifier(3)
        detail = row.text(9).isEmpty ? nil : row.text(9)
        self.first = first
        self.last = last
        self.finding = finding
        let until = row.isNull(8) ? nil : Timestamp(canonical: row.text(8))
        acknowledgedUntil = until
        let isAcknowledged = until.map { $0 > now } ?? false
        state = !row.isNull(7) ? .resolved : isAcknowledged ? .acknowledged : first == last ? .new : .open
    }
}
