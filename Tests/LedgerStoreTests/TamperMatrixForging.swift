import Bookings
import Foundation
import GRDB
import Transparency

@testable import LedgerStore

/// What somebody does who has the file, knows the format, and perhaps has the key.
extension Exhibit {
    /// Moves the rows of entries so that a place is free or closed.
    static func shift(_ database: Database, from place: Int, by distance: Int) throws {
        try database.execute(sql: "UPDATE entry SET position = -position WHERE position >= \(place)")
        try database.execute(sql: "UPDATE entry SET position = -position + \(distance) WHERE position < 0")
    }

    /// The ledger's own key.
    func key() throws -> SigningKey { try keys.signingKey() }

    /// Changes an entry's text and makes everything after it fit again: leaf hashes, chain, head; and signs every stored
    /// note and the lock with a key.
    func rewrite(_ index: Int, with key: borrowing SigningKey, _ change: (String) -> String) throws {
        let origin = World.origin
        try tamper { database in
            var previous = Hash.zero
            var frontier = Frontier()
            let digest = Digest()
            let all = try Data.fetchAll(database, sql: "SELECT bytes FROM entry ORDER BY position")
            var roots: [Int: Hash] = [:]
            for (place, old) in all.enumerated() {
                let fixed = Entry.prefix(origin: origin, index: place, previous: .zero).count
                var bytes = Entry.prefix(origin: origin, index: place, previous: previous) + old.dropFirst(fixed)
                if place == index { bytes = Array(change(String(decoding: bytes, as: UTF8.self)).utf8) }
                previous = .leaf(bytes)
                frontier.append(previous, digest: digest)
                roots[place + 1] = frontier.root(digest: digest)
                try database.execute(
                    sql: "UPDATE entry SET bytes = ?, leaf = ? WHERE position = ?",
                    arguments: [Data(bytes), Data(previous.bytes), place])
            }
            var head = Head(origin: origin)
            (head.last, head.frontier) = (previous, frontier)
            try head.write(to: database)
            for size in try Int.fetchAll(database, sql: "SELECT size FROM checkpoint ORDER BY size") {
                let note = Checkpoint(origin: origin, size: size, root: roots[size]!).signed(by: key)
                try database.execute(
                    sql: "UPDATE checkpoint SET note = ? WHERE size = ?", arguments: [note.description, size])
                try keys.writeLock(note)
            }
        }
    }

    /// Makes the file what it was at an earlier checkpoint, with everything that fits.
    func rollBack(to size: Int, withLock: Bool) throws {
        try tamper { database in
            try database.execute(sql: "DELETE FROM entry WHERE position >= \(size)")
            for table in ["disclosure", "delivery", "dead_letter"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE entry >= \(size)")
            }
            for table in ["presence", "finding", "outside"] { try database.execute(sql: "DELETE FROM \(table)") }
            try database.execute(sql: "DELETE FROM checkpoint WHERE size > \(size)")
            try database.execute(sql: "DELETE FROM source WHERE name <> CAST('crm' AS BLOB)")
            try ProjectionCheck.mend(database)
            var head = Head(origin: World.origin)
            let digest = Digest()
            for leaf in try Data.fetchAll(database, sql: "SELECT leaf FROM entry ORDER BY position") {
                head.last = Hash(bytes: Array(leaf))!
                head.frontier.append(head.last, digest: digest)
            }
            try head.write(to: database)
            guard withLock else { return }
            let note = try String.fetchOne(database, sql: "SELECT note FROM checkpoint WHERE size = \(size)")!
            try keys.writeLock(SignedNote(note))
        }
    }

    /// The key directory of somebody else, for a ledger of this name.
    func replaceKeys() throws -> SigningKey {
        let key = SigningKey()
        try write(key.pem, to: "keys/signing.pem")
        try write(key.verifierKey(name: World.origin).text + "\n", to: "keys/verifier")
        return key
    }
}
