import Foundation
import TestSupport
import Testing
import Transparency

/// A publication that is ended, or whose disk fails, at any call: what is served is a whole log, the old or the new, and
/// the same command completes it.
@Suite(.enabled(if: Faults.isAvailable, "no C compiler is here"))
struct `A publication that is interrupted` {
    private static let command = ["publish", "log", "--entries"]

    /// A ledger of 260 entries, published at 250.
    private func prepared() throws -> World {
        let world = try World()
        try world.initialize()
        try world.write(Events.created(1..<250), to: "first.ndjson")
        try #require(world.recording("first.ndjson").recorded == 249)
        try #require(world.daybook(Self.command).status == 0)
        try world.write(Events.created(250..<260), to: "second.ndjson")
        try #require(world.recording("second.ndjson").recorded == 10)
        return world
    }

    private func served(_ world: World) throws -> Int {
        let log = PublishedLog { path in
            FileManager.default.contents(atPath: world.path("log/\(path)")).map { Array($0) }
        }
        return try log.read(verifier: world.verifier(), entries: true).checkpoint.size
    }

    private static let changes: [Faults.Call] = [.open, .write, .sync, .rename, .unlink]

    /// The calls on the published folder, each at its place among all on this world's files.
    private func places(_ world: World, _ calls: [Faults.Call]) throws -> [Int] {
        let all = try world.calls(calls, of: Self.command)
        return all.indices.filter { all[$0].contains("…/log") }.map { $0 + 1 }
    }

    @Test func `by kill -9 leaves a whole log, and is completed`() throws {
        let prepared = try prepared()
        let changes = Self.changes.filter { $0 != .open }
        let places = try places(prepared, changes)
        try #require(places.count > 15)
        var sizes: Set<Int> = []
        for place in places {
            let world = try prepared.copied()
            let faults = Faults(changes, .KILL, from: place, times: 1, file: "\(world.folder.path)*")
            let during = try world.daybook(Self.command, under: faults)
            #expect(during.status == SIGKILL, "\(place): \(during.errors)")
            sizes.insert(try served(world))
            let after = try world.daybook(Self.command)
            #expect(after.status == 0, "\(place): \(after.errors)")
            #expect(try served(world) == 260, "\(place)")
            #expect(!FileManager.default.fileExists(atPath: world.path("log/.publishing")))
            #expect(!FileManager.default.fileExists(atPath: world.path("log/tile/0/000.p/250")))
        }
        #expect(sizes == [250, 260])
    }

    @Test(arguments: [Faults.Error.ENOSPC, .EIO, .SHORT, .EROFS])
    func `by a disk that fails says so, leaves a whole log, and is completed`(error: Faults.Error) throws {
        let prepared = try prepared()
        let calls: [Faults.Call] =
            switch error {
            case .SHORT: [.write]
            case .EROFS: [.open]
            case .ENOSPC: [.write, .rename]
            default: [.sync, .rename, .unlink]
            }
        let places = try places(prepared, calls)
        try #require(places.count > 3)
        for place in places {
            let world = try prepared.copied()
            let times = error == .ENOSPC ? 0 : 1
            let faults = Faults(calls, error, from: place, times: times, file: "\(world.folder.path)*")
            let during = try world.daybook(Self.command, under: faults)
            let size = try served(world)
            let trace = Comment(rawValue: "\(faults): \(during.status) \(during.errors)")
            #expect([0, 74, 77].contains(during.status), trace)
            #expect(during.status != 0 || size == 260, trace)
            #expect(during.status == 0 || during.errors.hasPrefix("daybook: "), trace)
            #expect(try world.daybook(Self.command).status == 0, trace)
            #expect(try served(world) == 260, trace)
            #expect(!FileManager.default.fileExists(atPath: world.path("log/.publishing")), trace)
        }
    }
}
