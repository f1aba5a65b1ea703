import Auditing
import Bookings
import Foundation
import LedgerStore
import Schedules
import Synchronization
import TestSupport
import Testing
import Transparency

@testable import daybook

/// A practice whose nights are played with a clock that a test sets, in a folder of its own.
final class NightWorld {
    let folder: URL
    let ledger: Ledger
    let clock = NightClock()

    init(opened: String = "2026-01-12T08:00:00Z") throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "daybook-night-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        clock.set(opened)
        ledger = try Ledger.create(
            path: folder.appending(path: "daybook.sqlite").path, origin: "demo.example/nights",
            keys: KeyDirectory(path: folder.appending(path: "daybook-keys").path), clock: { [clock] in clock.now }
        ).ledger
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    /// Puts a file of the checkout in the place of one here.
    func put(_ file: URL, as name: String) throws {
        try Data(contentsOf: file).write(to: folder.appending(path: name))
    }

    /// Records an event a second after it happened, as a booking system would report it.
    func record(_ event: String) throws {
        let incoming = IncomingEvent(Array(event.utf8), place: "event") { _ in SourceRules(zones: .system) }
        if case .success(let event) = incoming.content, let occurred = event.occurred {
            clock.advance(to: occurred + 1)
        }
        _ = try ledger.record([incoming], channel: "test")
    }

    /// The night at a moment, with the configuration in `daybook.yaml`.
    func night(_ moment: String) throws -> Night {
        clock.set(moment)
        let configuration = try Configuration.read(path: folder.appending(path: "daybook.yaml").path)
        return try NightlyRun(ledger: ledger, configuration: configuration).play()
    }

    /// The number of entries of a type.
    func entries(_ type: EntryType) throws -> Int {
        try ledger.history().journal.count { $0.type == type }
    }
}

/// A clock that moves on by a millisecond whenever it is asked, and otherwise where a test puts it.
final class NightClock: Sendable {
    private let moment = Mutex(Timestamp("2026-01-12T08:00:00Z")!)

    var now: Timestamp {
        moment.withLock { now in
            now = Timestamp(microseconds: now.microseconds + 1000)
            return now
        }
    }

    func set(_ text: String) { moment.withLock { $0 = Timestamp(text)! } }

    func advance(to later: Timestamp) { moment.withLock { $0 = max($0, later) } }
}

extension Night {
    /// What stands where in its life, as `AR101 A-1001`, without what only informs.
    func findings(_ life: Finding.Life) -> [String] {
        findings.filter { $0.life == life && $0.severity > .info }.map(\.short).sorted()
    }

    /// What the nights before had found, and this one did not.
    var resolved: [String] {
        read.flatMap { $0.check!.resolved }.filter { $0.finding["severity"]?.string != "info" }
            .map { "\($0.code)\($0.booking.map { " \($0)" } ?? "")" }.sorted()
    }

    /// Why sources were not read, by their ids.
    var notRead: [Identifier: Int32] {
        var notRead: [Identifier: Int32] = [:]
        for source in sources {
            if case .notRead(_, let status) = source.outcome { notRead[source.id] = status }
        }
        return notRead
    }
}

extension Finding {
    /// `AR101 A-1001`.
    var short: String { "\(code.rawValue)\(booking.map { " \($0)" } ?? "")" }
}
