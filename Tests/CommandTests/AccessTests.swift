import Bookings
import Foundation
import TestSupport
import Testing

/// Rights that are wrong, and disks that are read-only or really full.
struct `A ledger that may not be written` {
    /// Runs a command as somebody who is not the administrator, whom no right stops.
    private static func isAllowed(_ command: String) -> Bool {
        (try? World().shell(command).status) == 0
    }

    private static let dropsRights =
        getuid() != 0 || isAllowed("setpriv --reuid=65534 --regid=65534 --clear-groups \(World.program.path) --version")
    private static let mounts = getuid() == 0 && isAllowed("unshare -m mount -t tmpfs none /mnt")

    private func prepared() throws -> World {
        let world = try World()
        try world.initialize()
        try world.write(Events.created(0..<3), to: "known.ndjson")
        try world.write(Events.created(3..<6), to: "new.ndjson")
        try #require(world.recording("known.ndjson").recorded == 3)
        return world
    }

    /// As nobody, where the tests are run by root.
    private func asNobody(_ world: World, _ command: String) throws -> World.Outcome {
        guard getuid() == 0 else { return try world.shell("daybook \(command)") }
        return try world.shell("setpriv --reuid=65534 --regid=65534 --clear-groups daybook \(command)")
    }

    @Test(.enabled(if: dropsRights, "nobody else can be asked to run the program here"))
    func `by its rights says whose they are, and is read where it can be`() throws {
        let cases: [(change: String, record: Int32, verify: Int32, says: String)] = [
            ("chmod 000 daybook.sqlite", 77, 77, "daybook.sqlite may not be read or written"),
            ("chmod 400 daybook.sqlite", 77, 0, "may not be read or written"),
            ("chmod 500 .", 77, 0, "may not be read or written"),
            ("chmod 000 daybook-keys/signing.pem", 77, 0, "signing.pem may not be read"),
            ("chmod 644 daybook-keys/signing.pem", 66, 0, "chmod 600"),
            ("chmod 000 daybook-keys/lock", 77, 2, "lock may not be read"),
            ("chmod 500 daybook-keys", 77, 0, "daybook-keys/lock"),
            ("chmod 000 daybook-keys", 2, 0, "--keys"),
        ]
        for one in cases {
            let world = try prepared()
            if getuid() == 0 { try #require(try world.shell("chown -R 65534:65534 .").status == 0) }
            #expect(try world.shell(one.change).status == 0)
            let recorded = try asNobody(world, "record new.ndjson")
            #expect(recorded.status == one.record, "\(one.change): \(recorded.status) \(recorded.errors)")
            #expect(recorded.errors.contains(one.says), "\(one.change): \(recorded.errors)")
            #expect(!recorded.errors.contains("Fatal"), "\(one.change)")
            let verified = try asNobody(world, "verify")
            #expect(
                verified.status == one.verify, "\(one.change): \(verified.status) \(verified.output)\(verified.errors)")
            #expect(try world.shell("chmod 700 . daybook-keys; chmod 600 daybook.sqlite* daybook-keys/*").status == 0)
            let again = try asNobody(world, "record new.ndjson")
            #expect(again.status == 0, "\(one.change): \(again.errors)")
            #expect(try world.recording("known.ndjson", "new.ndjson") == (0, 6), "\(one.change)")
            #expect(try world.defects() == "", "\(one.change)")
        }
    }

    @Test(.enabled(if: mounts, "nothing can be mounted here"))
    func `on a disk that is read-only is read, and says why it is not written`() throws {
        let world = try prepared()
        func mounted(_ command: String) throws -> World.Outcome {
            try world.shell(
                "unshare -m bash -c 'mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" && \(command)'")
        }
        for command in ["verify", "history A-1", "doctor"] {
            let outcome = try mounted("daybook \(command)")
            #expect(outcome.status == 0, "\(command): \(outcome.output)\(outcome.errors)")
        }
        for command in ["record new.ndjson", "init --origin a.b/c --ledger x.sqlite --keys x"] {
            let outcome = try mounted("daybook \(command)")
            #expect(outcome.status == 77 || outcome.status == 74, "\(command): \(outcome.status) \(outcome.errors)")
            #expect(outcome.errors.lowercased().contains("read-only"), "\(command): \(outcome.errors)")
        }
        #expect(try world.recording("new.ndjson") == (3, 0))
        #expect(try world.defects() == "")
    }

    @Test(.enabled(if: mounts, "nothing can be mounted here"))
    func `on a disk that is really full loses nothing, and goes on where there is room again`() throws {
        let world = try World()
        try world.write(Events.created(0..<3000), to: "events.ndjson")
        try world.write(
            """
            set -u
            mkdir disk && mount -t tmpfs -o size=700k none disk && cd disk || exit 99
            daybook init --origin demo.example/daybook > /dev/null 2>&1 || exit 98
            n=0
            while :; do
                daybook record <(sed -n "$((n*50+1)),$((n*50+50))p" ../events.ndjson) > answer 2> ../refusal; status=$?
                [ $status = 0 ] || break
                n=$((n+1))
            done
            echo $status $n > ../full
            daybook verify > ../during 2>&1; echo $? >> ../full
            mount -o remount,size=20m . || exit 97
            head -n $((n*50)) ../events.ndjson > acknowledged
            daybook record --json acknowledged > ../acknowledged.json || exit 96
            daybook record --json ../events.ndjson > ../rest.json || exit 95
            daybook verify --projections > ../after
            """, to: "fill.sh")
        let outcome = try world.shell("unshare -m bash fill.sh")
        #expect(outcome.status == 0, "\(outcome.status) \(outcome.output)\(outcome.errors)")
        func json(_ name: String) throws -> JSONValue {
            try JSONValue(parsing: Array(try Data(contentsOf: URL(filePath: world.path(name)))))
        }
        let full = try world.shell("cat full").output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(full.count == 3)
        let refusal = try world.shell("cat refusal").output
        #expect(full[0] == 74 && refusal.contains("the disk is full"), "\(full[0]) \(refusal)")
        #expect(full[1] > 0)
        #expect(full[2] == 0 || full[2] == 74, "reading may need room as well")
        #expect(try json("acknowledged.json")["recorded"]?.integer == 0)
        #expect(try json("acknowledged.json")["repeated"]?.integer == full[1] * 50)
        let rest = try json("rest.json")
        #expect((rest["recorded"]?.integer ?? 0) + (rest["repeated"]?.integer ?? 0) == 3000)
    }
}
