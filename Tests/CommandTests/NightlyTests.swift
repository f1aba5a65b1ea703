import Bookings
import Foundation
import TestSupport
import Testing

/// `daybook nightly` as a timer runs it.
struct `daybook nightly` {
    private static let header = "booking,start,end,status,practitioner,client.id,client.name\n"
    private static let row =
        "A-1,2099-03-20T09:30:00+00:00,2099-03-20T10:00:00+00:00,booked,dr-shah,C-1,Asha Patel\n"

    /// A practice with a source of exports only, which has one booking.
    private func practice(_ more: String = "") throws -> World {
        let world = try World()
        try world.initialize()
        try world.write(
            """
            sources:
              - id: crm
                feed: snapshots
                zone: Europe/London
                coverage: { complete: yes, cancelled: kept }
                schedule: { path: crm.csv }
            \(more)
            """, to: "daybook.yaml")
        try export(Self.header + Self.row, "3 hours ago", in: world)
        return world
    }

    /// Writes the export as its exporter did at that time.
    private func export(_ text: String, _ time: String, in world: World) throws {
        try world.write(text, to: "crm.csv")
        try #require(world.shell("touch -d '\(time)' crm.csv").status == 0)
    }

    @Test func `opens with a row for each source, and ends with a sentence`() throws {
        let world = try practice()
        let night = try world.daybook("nightly")
        #expect(night.status == 0, "\(night.output)\(night.errors)")
        let lines = night.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("Night of demo.example/daybook, "))
        #expect(lines[1].hasPrefix("  crm   1 checked   0 missing   0 inconclusive   as of "))
        #expect(lines.last == "The one appointment agrees; 1 of 1 source read.")
        #expect(night.output.contains("Assurance: consistent"))
        // A line for each step, since nobody looks on; nothing that is anybody's own.
        #expect(night.errors.contains("daybook: crm is read\n"))
        #expect(!night.output.contains("Asha") && !night.errors.contains("Asha"))

        try export(Self.header, "1 hour ago", in: world)
        let next = try world.daybook("nightly")
        #expect(next.status == 3 && next.output.contains("AR202"), "\(next.output)")
        #expect(next.output.contains("0 missing   1 inconclusive"))
        try FileManager.default.removeItem(atPath: world.path("crm.csv"))
        let none = try world.daybook("nightly")
        #expect(none.status == 3 && none.output.contains("  crm   not read   "), "\(none.output)")
    }

    @Test func `says what is not watched any more, what was recorded, and takes it that a source has ended`() throws {
        let world = try practice()
        let first = try world.daybook("nightly")
        #expect(
            first.status == 0 && first.output.contains("Recorded from the schedule of crm: 1 seen for the first time."))
        try export(Self.header + Self.row.replacing("T09:30", with: "T09:40"), "1 hour ago", in: world)
        let moved = try world.daybook("nightly")
        #expect(moved.output.contains("Recorded from the schedule of crm: 1 changed."), "\(moved.output)")
        try world.shell("sed -i 's/id: crm/id: diary/' daybook.yaml").expect(0, says: [])
        let renamed = try world.daybook("nightly")
        #expect(renamed.status == 3, "\(renamed.output)")
        let row = renamed.output.split(separator: "\n").first { $0.hasPrefix("  crm ") }
        #expect(
            row?.contains("not read") == true
                && row?.contains("it is not in the configuration, and nobody watches") == true)
        #expect(renamed.output.contains("1 of 2 sources read"))
        try world.shell("sed -i 's/^sources:/sources:\\n  - { id: crm, feed: none }/' daybook.yaml").expect(0, says: [])
        let ended = try world.daybook("nightly")
        #expect(ended.status == 0 && ended.output.contains("1 of 1 source read"), "\(ended.output)")
        #expect(try world.daybook("doctor").output.contains("source crm: it is read no more (feed: none)"))
        // A schedule that somebody only tried is nobody's source.
        try world.shell(
            "cp crm.csv tried.csv && daybook reconcile tried.csv --source tried --zone Europe/London > tried"
        )
        .expect(0, says: [])
        #expect(try world.daybook("nightly").status == 0)
        try world.shell("sed -i /diary/,99d daybook.yaml").expect(0, says: [])
        try world.daybook("nightly").expect(64, says: ["no source to read is configured"])
    }

    @Test func `goes on telling what was found of a source that has ended`() throws {
        let world = try practice()
        try export(Self.header + Self.row + Self.row.replacing("A-1", with: "A-2"), "3 hours ago", in: world)
        #expect(try world.daybook("nightly").status == 0)
        try export(Self.header + Self.row, "2 hours ago", in: world)
        #expect(try world.daybook("nightly").status == 1)
        try world.write(Self.header + Self.row, to: "other.csv")
        try world.shell("sed -i 's/feed: snapshots/feed: none/' daybook.yaml").expect(0, says: [])
        try world.shell(
            "echo '  - { id: other, feed: snapshots, zone: Europe/London, schedule: { path: other.csv } }' >> daybook.yaml"
        )
        .expect(0, says: [])
        let ended = try world.daybook("nightly")
        #expect(ended.status == 3 && ended.output.contains("read no more (feed: none)"), "\(ended.output)")
        #expect(ended.output.contains("1 finding of it is open: daybook findings --source crm"))
        #expect(!ended.output.contains("live (the live schedule"))
        let id = try #require(
            try world.daybook("findings", "--source", "crm", "--json").json["findings"]?.array?[0]["id"])
        try world.daybook("findings", "ack", id.text, "--by", "ana", "--reason", "known", "--until", "+30d").expect(
            0, says: [])
        #expect(try world.daybook("nightly").status == 0)
    }

    @Test func `is refused while another night runs, and not by what one left that was killed`() throws {
        let world = try practice()
        let holder = try world.start("exec flock -x daybook.sqlite.nightly.lock sleep 60")
        var held = false
        for _ in 0..<200 where !held {
            held = try world.shell("flock -n daybook.sqlite.nightly.lock true").status == 1
            usleep(20_000)
        }
        try #require(held)
        let before = try world.size()
        try FileManager.default.createSymbolicLink(
            atPath: world.path("other.sqlite"), withDestinationPath: "daybook.sqlite")
        for ledger in ["daybook.sqlite", "other.sqlite"] {
            let second = try world.daybook("nightly", "--ledger", ledger)
            #expect(second.status == 75, "\(second.output)\(second.errors)")
            #expect(second.errors.contains("another night of this ledger is running"))
        }
        #expect(try world.size() == before)
        try world.kill([holder])
        #expect(FileManager.default.fileExists(atPath: world.path("daybook.sqlite.nightly.lock")))
        #expect(try world.daybook("nightly").status == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: world.path("daybook.sqlite"))[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
    }

    @Test func `names what is missing of its set-up`() throws {
        let world = try World()
        try world.initialize()
        let bare = try world.daybook("nightly")
        #expect(bare.status == 64 && bare.errors.contains("no source to read is configured"))
        let unkept = try practice("anchors: [ { folder: nowhere } ]")
        let night = try unkept.daybook("nightly")
        #expect(night.status == 69, "\(night.output)\(night.errors)")
        #expect(night.errors.contains("anchor folder") && night.output.contains("failed: there is no such folder"))
        #expect(try unkept.defects("--projections") == "")
        try FileManager.default.createDirectory(atPath: unkept.path("nowhere"), withIntermediateDirectories: true)
        #expect(try unkept.daybook("nightly").status == 0)
        let keyless = try practice()
        try FileManager.default.moveItem(atPath: keyless.path("daybook-keys"), toPath: keyless.path("elsewhere"))
        let unsigned = try keyless.daybook("nightly")
        #expect(unsigned.status == 66 && unsigned.errors.contains("the ledger's keys are not here"))
    }

    private static let changes: [Faults.Call] = [.write, .sync, .truncate, .rename, .unlink]

    /// Killed at each call that is of another kind, or on another file, than the one before.
    @Test(.enabled(if: Faults.isAvailable, "no C compiler is here"))
    func `that is killed at any step comes to the same when it is run again`() throws {
        let prepared = try practice("anchors: [ { folder: kept } ]")
        try FileManager.default.createDirectory(atPath: prepared.path("kept"), withIntermediateDirectories: true)
        #expect(try prepared.daybook("nightly").status == 0)
        try export(
            Self.header + Self.row.replacing("T09:30", with: "T09:40") + Self.row.replacing("A-1", with: "A-2"),
            "1 hour ago", in: prepared)
        let undisturbed = try prepared.copied()
        #expect(try undisturbed.daybook("nightly").status == 0)
        let findings = try undisturbed.daybook("findings", "--all").output.split(separator: "\n").count
        let calls = try prepared.calls(Self.changes, of: ["nightly"])
        let places = calls.indices.filter { ($0 == 0 || calls[$0 - 1] != calls[$0]) && !calls[$0].hasSuffix("-shm") }
        try #require(places.count > 10)
        for place in places {
            let world = try prepared.copied()
            let faults = Faults(Self.changes, .KILL, from: place + 1, file: "\(world.folder.path)*")
            let killed = try world.daybook(["nightly"], under: faults)
            let trace = Comment(rawValue: "killed at call \(place): \(calls[place]) \(killed.output)")
            #expect(killed.status == SIGKILL, trace)
            let again = try world.daybook("nightly")
            #expect(again.status == 0, "\(trace) \(again.output)\(again.errors)")
            #expect(try world.defects("--projections") == "", trace)
            #expect(try world.size() == undisturbed.size(), trace)
            #expect(try world.daybook("findings", "--all").output.split(separator: "\n").count == findings, trace)
        }
    }
}
