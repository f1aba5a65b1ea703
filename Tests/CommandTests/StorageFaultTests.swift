import Bookings
import Foundation
import TestSupport
import Testing

/// A disk that fails, full, read-only or broken, at each single call that a command makes.
///
/// Whatever the command answers, nothing acknowledged is lost, what is wrong is said in a sentence, and the same command
/// works once the disk does.
@Suite(.enabled(if: Faults.isAvailable, "no C compiler is here"))
struct `A disk that fails` {
    /// A ledger of four entries, with three more events to be recorded.
    private func prepared() throws -> World {
        let world = try World()
        try world.initialize()
        try world.write(Events.created(0..<3), to: "known.ndjson")
        try world.write(Events.created(3..<6), to: "new.ndjson")
        try #require(world.recording("known.ndjson").recorded == 3)
        return world
    }

    /// The statuses that say that a disk, a file or a right is at fault.
    private static let refusals: Set<Int32> = [66, 74, 77]

    struct Sweep: CustomTestStringConvertible, Sendable {
        let calls: [Faults.Call]
        let error: Faults.Error
        let times: Int
        /// How the names of the files end.
        var file = ""
        var testDescription: String {
            "\(calls.map(\.rawValue).joined(separator: " and ")), \(error.rawValue), \(times == 0 ? "for good" : "once")"
        }
    }

    static let sweeps = [
        Sweep(calls: [.write], error: .ENOSPC, times: 0), Sweep(calls: [.write], error: .SHORT, times: 1, file: "-wal"),
        Sweep(calls: [.sync], error: .EIO, times: 1), Sweep(calls: [.read], error: .EIO, times: 1),
        Sweep(calls: [.open], error: .EROFS, times: 0),
        Sweep(calls: [.truncate, .rename, .unlink], error: .EIO, times: 1),
    ]

    @Test(arguments: sweeps) func `refuses, says why, and loses nothing`(_ sweep: Sweep) throws {
        let prepared = try prepared()
        let command = ["record", "new.ndjson"]
        let calls = try prepared.calls(sweep.calls, of: command).filter { $0.hasSuffix(sweep.file) }
        try #require(calls.count > 2)
        var refused = 0
        for (place, call) in calls.enumerated() {
            let world = try prepared.copied()
            let faults = Faults(
                sweep.calls, sweep.error, from: place + 1, times: sweep.times,
                file: "\(world.folder.path)*\(sweep.file)")
            let during = try world.daybook(command, under: faults)
            let trace = Comment(rawValue: "\(faults): \(call): \(during.status) \(during.output)\(during.errors)")
            if during.status == 0 {
                #expect(during.output.contains("recorded 3"), trace)
            } else {
                refused += 1
                #expect(Self.refusals.contains(during.status), trace)
                #expect(during.output.isEmpty, trace)
                #expect(during.errors.hasPrefix("daybook: "), trace)
                #expect(!during.errors.contains("Fatal error") && !during.errors.contains(".swift"), trace)
                #expect(!during.errors.contains("is not a Daybook ledger"), trace)
            }
            let after = try world.recording("known.ndjson", "new.ndjson")
            #expect(after.recorded + after.repeated == 6, trace)
            #expect(after.repeated >= (during.status == 0 || during.errors.contains("3 events were") ? 6 : 3), trace)
            #expect(try world.defects() == "", trace)
        }
        #expect(refused > 0 || sweep.error == .SHORT)
    }

    @Test(arguments: [
        ("*daybook.sqlite-wal", Faults.Error.ENOSPC, "the disk is full"),
        ("*daybook.sqlite-wal", .EIO, "the disk failed"), ("*daybook.sqlite-shm", .ENOSPC, "the disk is full"),
        ("*/lock.*.new", .ENOSPC, "No space left"),
    ])
    func `is named by what failed`(_ file: String, _ error: Faults.Error, _ sentence: String) throws {
        let world = try prepared()
        let outcome = try world.daybook(["record", "new.ndjson"], under: Faults([.write], error, file: file))
        #expect(outcome.status == 74)
        #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    }

    @Test func `does not stop reading where it only cannot write`() throws {
        let world = try prepared()
        // The small files beside the ledger are made in memory of the folder; on a full disk even those may fail.
        let full = Faults([.write], .ENOSPC, file: "*-wal")
        #expect(try world.daybook(["verify"], under: full).status == 0)
        #expect(try world.daybook(["history", "A-1"], under: full).status == 0)
        #expect(try world.daybook(["record", "new.ndjson"], under: full).status == 74)
        #expect(try world.daybook(["checkpoint"], under: full).status == 0, "nothing is new, and nothing is written")
    }

    @Test(arguments: ["lock", "verifier", "signing.pem"])
    func `with a key's file that cannot be read records nothing`(_ name: String) throws {
        let world = try prepared()
        let outcome = try world.daybook(["record", "new.ndjson"], under: Faults([.read], .EIO, file: "*/\(name)"))
        #expect(outcome.status == 74, "\(outcome.errors)")
        #expect(outcome.errors.contains("daybook-keys/\(name): the disk failed"), "\(outcome.errors)")
        #expect(try world.recording("known.ndjson", "new.ndjson") == (3, 3))
        #expect(try world.defects() == "")
    }

    @Test func `leaves no half of a copy or of a checkpoint behind`() throws {
        let world = try prepared()
        for (error, file) in [(Faults.Error.ENOSPC, "*copy.sqlite*"), (.ENOSPC, "*held.txt*")] {
            for command in [["backup", "copy.sqlite"], ["checkpoint", "--out", "held.txt"]] {
                let outcome = try world.daybook(command, under: Faults([.write], error, file: file))
                let name = command.last!
                guard file.contains(name) else { continue }
                #expect(outcome.status == 74 || outcome.status == 73, "\(outcome.errors)")
                let names = try FileManager.default.contentsOfDirectory(atPath: world.folder.path)
                #expect(!names.contains { $0.hasPrefix(name) }, "\(names)")
            }
            for name in ["copy.sqlite", "held.txt"] { try? FileManager.default.removeItem(atPath: world.path(name)) }
        }
        #expect(try world.daybook("backup", "copy.sqlite").status == 0)
        #expect(try world.daybook("checkpoint", "--out", "held.txt").status == 0)
    }

    @Test func `that cannot take the answer is told of`() throws {
        let world = try prepared()
        for command in ["record new.ndjson", "verify", "history A-1", "checkpoint", "explain AR101"] {
            let outcome = try world.shell("daybook \(command) > /dev/full")
            #expect(outcome.status == 74, "\(command): \(outcome.errors)")
            #expect(outcome.errors.contains("the output cannot be written"), "\(command): \(outcome.errors)")
        }
        #expect(try world.recording("new.ndjson") == (0, 3), "it was recorded all the same")
    }
}
