import Auditing
import Bookings
import Foundation
import LedgerStore
import TestSupport
import Testing

@testable import daybook

/// The nights of Riverside Dental, played with a set clock: what is told each night is the story of its README.
struct `The nights of Riverside Dental` {
    private let samples = Fixtures.checkout.appending(components: "samples", "riverside-dental")

    /// A night, and how what it finds stands to the night before.
    struct Told: Sendable {
        let night: String
        let events: Int
        var new: [String] = []
        var open: [String] = []
        var resolved: [String] = []
        let exit: Int32
        var inconclusive = 0
    }

    private static let story = [
        Told(night: "2026-03-02", events: 371, exit: 0), Told(night: "2026-03-03", events: 400, exit: 0),
        Told(night: "2026-03-04", events: 427, exit: 0),
        Told(night: "2026-03-05", events: 460, new: ["AR302 A-1066"], exit: 0),
        Told(night: "2026-03-06", events: 477, new: ["AR101 A-1001"], open: ["AR302 A-1066"], exit: 1),
        Told(night: "2026-03-07", events: 492, open: ["AR101 A-1001", "AR302 A-1066"], exit: 1),
        Told(night: "2026-03-08", events: 497, open: ["AR101 A-1001", "AR302 A-1066"], exit: 1),
        // The export breaks off: it settles nothing about A-1001, which is neither told again nor resolved.
        Told(night: "2026-03-09", events: 504, new: ["AR201"], open: ["AR302 A-1066"], exit: 3, inconclusive: 82),
        Told(
            night: "2026-03-10", events: 536, new: ["AR104 A-1108"], open: ["AR101 A-1001", "AR302 A-1066"],
            resolved: ["AR201"], exit: 1),
        Told(night: "2026-03-11", events: 561, open: ["AR101 A-1001", "AR104 A-1108", "AR302 A-1066"], exit: 1),
        Told(
            night: "2026-04-01", events: 1045, new: ["AR402", "AR406"], open: ["AR104 A-1108"],
            resolved: ["AR101 A-1001", "AR302 A-1066"], exit: 1),
    ]

    @Test func `are told as its README tells them, each thing once`() throws {
        let world = try NightWorld()
        try FileManager.default.createDirectory(
            at: world.folder.appending(path: "kept"), withIntermediateDirectories: true)
        try world.write(
            """
            sources:
              - id: crm
                zone: Europe/London
                coverage: { file: coverage.json }
                schedule: { path: schedule.csv }
            anchors: [ { folder: kept } ]
            """, to: "daybook.yaml")
        let events = try String(contentsOf: samples.appending(path: "events.ndjson"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
        var recorded = 0
        for told in Self.story {
            for event in events[recorded..<told.events] { try world.record(event) }
            // The evening before the first night, somebody took a checkpoint home.
            if recorded == 0 { try world.ledger.noteHeldOutside(size: world.ledger.size()) }
            recorded = told.events
            let export = samples.appending(components: "nights", told.night)
            try world.put(export.appendingPathExtension("csv"), as: "schedule.csv")
            try world.put(export.appendingPathExtension("coverage.json"), as: "coverage.json")
            let night = try world.night("\(told.night)T03:00:00Z")
            let trace = Comment(rawValue: told.night)
            #expect(night.findings(.new) == told.new, trace)
            #expect(night.findings(.open) == told.open, trace)
            #expect(night.resolved == told.resolved, trace)
            #expect(night.status == told.exit, trace)
            #expect(night.sources.map(\.inconclusive) == [told.inconclusive], trace)
            // The night of the broken export does not settle A-1001, which stays missing.
            let isMissing = (told.new + told.open).contains("AR101 A-1001") || told.inconclusive > 0
            #expect(night.sources.map(\.missing) == [isMissing ? 1 : 0], trace)
            #expect(night.anchors.allSatisfy(\.isDone) && night.checkpoint != nil, trace)
            #expect((night.missed?.nights ?? 0) == (told.night == "2026-04-01" ? 20 : 0), trace)
            #expect(night.verification?.defects == [], trace)
        }
        let lost = try world.ledger.history(of: [BookingKey(source: "crm", booking: "A-1001")])
        let seen = try #require(
            lost.bookings[BookingKey(source: "crm", booking: "A-1001")].flatMap {
                Sighting(of: $0, readings: lost.readings, skew: 120)
            })
        #expect(seen.first == Timestamp("2026-03-02T02:00:00Z") && seen.last == Timestamp("2026-03-05T02:00:00Z"))
        #expect(seen.missingSince == Timestamp("2026-03-06T02:00:00Z"))
        #expect(try world.ledger.verify(.init(states: 20, projections: true)).defects.isEmpty)
        #expect(try world.entries(.ledgerState) == Self.story.count)
        let kept = try FileManager.default.contentsOfDirectory(atPath: world.folder.appending(path: "kept").path)
        #expect(kept.count { $0.hasSuffix(".note") } == Self.story.count)
    }

    @Test func `are told from exports alone`() throws {
        let world = try NightWorld(opened: "2026-03-05T08:00:00Z")
        let folder = samples.appending(path: "csv-only")
        let yaml = try String(contentsOf: folder.appending(path: "daybook.yaml"), encoding: .utf8)
        let path = "path: 2026-03-06.csv"
        try #require(yaml.contains(path))
        try world.write(yaml.replacing(path, with: "path: schedule.csv"), to: "daybook.yaml")
        func night(_ day: String) throws -> Night {
            try world.put(folder.appending(path: "\(day).csv"), as: "schedule.csv")
            // The export's age is that of its file.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(Timestamp("\(day)T21:00:00Z")!.seconds))],
                ofItemAtPath: world.folder.appending(path: "schedule.csv").path)
            return try world.night("\(day)T22:00:00Z")
        }
        let first = try night("2026-03-05")
        #expect(first.status == 0 && first.findings(.new) == [])
        let observed = try #require(first.read[0].check?.observation)
        #expect(observed.appeared == first.read[0].report?.rows && observed.changed == 0, "the baseline")
        let second = try night("2026-03-06")
        #expect(second.status == 1 && second.findings(.new).contains("AR101 A-1001"))
        #expect(second.sources.map(\.missing) == [1])
        #expect(!second.findings.contains { $0.code == .ar402 }, "without events none is missed")
        #expect(try #require(second.read[0].check?.observation).appeared > 0)
    }
}
