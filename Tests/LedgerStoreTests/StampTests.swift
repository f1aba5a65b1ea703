import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Time-stamps in a ledger", .enabled(if: TimestampAuthority.isAvailable, "openssl is not installed"))
struct StampTests {
    private let world: World
    private let authority: TimestampAuthority
    private let roots: TimestampRoots

    init() throws {
        world = try World()
        authority = try TimestampAuthority()
        roots = try TimestampRoots(pem: authority.root)
    }

    /// A token of the present checkpoint, that states this time.
    private func token(
        of checkpoint: Checkpoint, at time: String, by authority: TimestampAuthority? = nil
    ) throws -> TimestampToken {
        let second = TimestampAuthority.der(0x30, [0x02, 0x01, 0x01])
        let info = TimestampAuthority.info(imprint: checkpoint.imprint.bytes, time: time, accuracy: second)
        return try TimestampToken(der: (authority ?? self.authority).token(over: info))
    }

    private func checkpoint() throws -> Checkpoint { try Checkpoint(text: world.ledger.checkpoint().text) }

    private func stamp(at time: String, by authority: TimestampAuthority? = nil) throws -> StampOutcome {
        let checkpoint = try checkpoint()
        return try world.ledger.record(token(of: checkpoint, at: time, by: authority), of: checkpoint)
    }

    @Test func `bound the entries before and after them, as far as their authority is exact`() throws {
        try world.fill(300)
        #expect(try stamp(at: "20260301120000Z") == .recorded(301))
        try world.fill(10, from: 400)
        #expect(try stamp(at: "20260302120000Z") == .recorded(312))
        let verification = try world.ledger.verify(.init(roots: roots))
        #expect(verification.assurance == [.consistent, .stamped])
        let stamps = try #require(verification.stamps)
        #expect(stamps.holding.map(\.size) == [301, 312])
        #expect(stamps.holding[0].authority == "CN=Authority tsa")
        let (first, second) = (try #require(Timestamp("2026-03-01T12:00:00Z")), Timestamp("2026-03-02T12:00:00Z")!)
        #expect(stamps.bounds(of: 0) == (nil, first + 1))
        #expect(stamps.bounds(of: 300) == (nil, first + 1))
        // The entry with the stamp itself is younger than the stamp.
        #expect(stamps.bounds(of: 301) == (first - 1, second + 1))
        #expect(stamps.bounds(of: 311) == (first - 1, second + 1))
        #expect(stamps.bounds(of: 312) == (second - 1, nil))
        #expect(try world.ledger.stamps(under: roots) == stamps)
        let reader = try world.reopened(isReadOnly: true, withKeys: false)
        #expect(try reader.stamps(under: roots) == stamps)
        #expect(try world.ledger.verify().stamps == nil)
    }

    @Test func `are recorded once, and only of this ledger's past`() throws {
        try world.fill(5)
        let checkpoint = try checkpoint()
        let token = try token(of: checkpoint, at: "20260301120000Z")
        #expect(try world.ledger.record(token, of: checkpoint) == .recorded(6))
        #expect(try world.ledger.record(token, of: checkpoint) == .repeated(6))
        let other = Checkpoint(origin: World.origin, size: 5, root: .zero)
        let beyond = Checkpoint(origin: World.origin, size: 50, root: .zero)
        let foreign = Checkpoint(origin: "other.example/daybook", size: checkpoint.size, root: checkpoint.root)
        for one in [other, beyond, foreign] {
            let token = try self.token(of: one, at: "20260301120000Z")
            #expect(try world.ledger.record(token, of: one) == .refused(.wrongImprint))
        }
        #expect(try world.ledger.record(token, of: other) == .refused(.wrongImprint))
        #expect(try world.ledger.size() == 7)
        #expect(try world.ledger.checkpoint(withImprint: checkpoint.imprint) == checkpoint)
        #expect(try world.ledger.checkpoint(withImprint: other.imprint) == nil)
    }

    @Test func `of another authority say nothing, beside those that hold`() throws {
        let stranger = try TimestampAuthority()
        #expect(try stamp(at: "20260301120000Z", by: stranger) == .recorded(1))
        var verification = try world.ledger.verify(.init(roots: roots))
        #expect(verification.assurance == [.consistent] && verification.stamps?.unknown == [1])
        #expect(verification.stamps?.bounds(of: 0).before == nil)
        #expect(try stamp(at: "20260302120000Z") == .recorded(2))
        verification = try world.ledger.verify(.init(roots: roots))
        #expect(verification.assurance == [.consistent, .stamped])
        #expect(verification.stamps?.unknown == [1] && verification.stamps?.holding.map(\.index) == [2])
    }

    /// Somebody with the key records what no authority stamped.
    @Test func `that are not what they say are defects`() throws {
        try world.fill(5)
        let checkpoint = try checkpoint()
        let good = try token(of: checkpoint, at: "20260301120000Z").der
        try authority.certify("web", for: .webServer)
        let info = TimestampAuthority.info(imprint: checkpoint.imprint.bytes)
        var cut = good
        cut[cut.count - 1] ^= 1
        let claims: [(size: Int, root: Hash, token: String, says: String)] = [
            (5, checkpoint.root, Base64.standard.encode(good), "past"),
            (9000, checkpoint.root, Base64.standard.encode(good), "past"),
            (6, checkpoint.root, Base64.standard.encode(cut), "signature"),
            (6, checkpoint.root, "AAAA", "not a time-stamp"), (6, checkpoint.root, "%", "not a time-stamp"),
            (
                6, checkpoint.root, Base64.standard.encode(try authority.token(over: info, by: "web")),
                "not for time-stamps"
            ),
            (0, .emptyTree, Base64.standard.encode(good), "something else"),
        ]
        for (number, one) in claims.enumerated() {
            let path = world.path("copy-\(number).sqlite")
            try world.ledger.backUp(to: path)
            let clock = world.clock
            let ledger = try Ledger.open(path: path, keys: world.keys, clock: { clock.tick() })
            try ledger.append { appender in
                var entry = appender.entry(.ledgerStamped)
                entry.body = .object([
                    "size": .integer(one.size), "root": .string(one.root.base64), "token": .string(one.token),
                ])
                _ = try appender.append(entry)
            }
            #expect(try ledger.verify().assurance == [.consistent], "nobody gave a root")
            let verification = try ledger.verify(.init(roots: roots))
            #expect(verification.defects.map(\.kind) == [.falseStamp] && verification.defects[0].index == 6)
            #expect(verification.defects.first?.sentence.contains(one.says) == true, "\(verification.defects)")
            #expect(verification.assurance.isEmpty)
            #expect(try ledger.stamps(under: roots).defects == verification.defects)
        }
    }

    @Test func `that somebody hides from the look-up tables bound less, and never more`() throws {
        #expect(try stamp(at: "20260301120000Z") == .recorded(1))
        try world.record(Sample.created("A-1"))
        try world.tamper { try $0.execute(sql: "DELETE FROM journal WHERE type = 'ledger.stamped'") }
        #expect(try world.ledger.stamps(under: roots).holding.isEmpty)
        #expect(try world.ledger.verify(.init(roots: roots)).stamps?.holding.map(\.index) == [1])
    }
}
