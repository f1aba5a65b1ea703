import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

extension World {
    /// Verifies, builds the projections again, and replays the entries by hand: everything must agree.
    func checkEverything(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try Checking.everything(ledger, sourceLocation: sourceLocation)
        #expect(
            try ledger.verify(.init(trust: [verifier])).assurance == [.consistent, .signed],
            sourceLocation: sourceLocation)
    }
}

/// What a reader with nothing but the format would check of a ledger.
enum Checking {
    static func everything(_ ledger: Ledger, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let verification = try ledger.verify(.init(states: 100, projections: true))
        #expect(verification.defects.isEmpty, sourceLocation: sourceLocation)
        #expect(verification.assurance == [.consistent], sourceLocation: sourceLocation)

        let whole = try ledger.history(disclosing: ["client.id", "client.name"])
        #expect(whole.isWhole && whole.verification.root == verification.root, sourceLocation: sourceLocation)
        let entries = try chain(ledger, root: verification.root, sourceLocation: sourceLocation)
        #expect(entries.count == verification.size, sourceLocation: sourceLocation)

        let listed = naiveListing(entries)
        let shown = whole.bookings.mapValues { $0.entries.map(\.entry) }.filter { !$0.value.isEmpty }
        #expect(shown == listed, sourceLocation: sourceLocation)
        for key in listed.keys.sorted().prefix(12) {
            let single = try ledger.history(of: [key])
            #expect(single.verification.defects.isEmpty && !single.isWhole, sourceLocation: sourceLocation)
            #expect(single.bookings[key]?.entries.map(\.entry) == listed[key], sourceLocation: sourceLocation)
        }
    }

    /// Follows the chain from the bytes alone.
    private static func chain(_ ledger: Ledger, root: Hash, sourceLocation: SourceLocation) throws -> [Entry] {
        let stored = try ledger.read { database in
            try Query(database, "SELECT bytes FROM entry ORDER BY position").all { $0.bytes(0) }
        }
        let digest = Digest()
        var frontier = Frontier()
        var previous = Hash.zero
        var entries: [Entry] = []
        for (index, bytes) in stored.enumerated() {
            let entry = try Entry(bytes: bytes)
            let fits = entry.index == index && entry.previous == previous && entry.origin == ledger.origin
            #expect(fits && entry.bytes == bytes, "entry \(index)", sourceLocation: sourceLocation)
            previous = Hash.leaf(bytes)
            frontier.append(previous, digest: digest)
            entries.append(entry)
        }
        #expect(frontier.root == root, sourceLocation: sourceLocation)
        return entries
    }

    /// The entries of each id as the format says: those about it, and those that supersede it.
    static func naiveListing(_ entries: [Entry]) -> [BookingKey: [Entry]] {
        var listed: [BookingKey: [Entry]] = [:]
        for entry in entries {
            guard entry.type.rawValue.hasPrefix("booking.") || entry.type.rawValue.hasPrefix("notice."),
                let source = entry.source, let booking = entry.booking
            else { continue }
            listed[BookingKey(source: source, booking: booking), default: []].append(entry)
            if let former = entry.supersedes, former != booking {
                listed[BookingKey(source: source, booking: former), default: []].append(entry)
            }
        }
        return listed
    }
}
