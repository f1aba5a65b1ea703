import Bookings
import Foundation
import TestSupport
import Testing

/// Several programs at one ledger.
struct `Several programs at once` {
    @Test func `record, read and sign, and nothing is lost, forked, or reported that is not so`() throws {
        let world = try World()
        try world.initialize()
        try FileManager.default.createDirectory(atPath: world.path("held"), withIntermediateDirectories: false)
        try world.write("booking,start,status\nA-x0-0,2026-11-10T09:30:00+00:00,booked\n", to: "export.csv")
        let (writers, batches) = (["x", "y", "z"], 8)
        for writer in writers {
            for batch in 0..<batches {
                try world.write(Events.created(0..<5, prefix: "\(writer)\(batch)-"), to: "\(writer)-\(batch).ndjson")
            }
        }
        // The same events come twice as well, as from two machines that both forward them.
        let recording = ["x", "y", "z", "x"].map { writer in
            "for b in 0 1 2 3 4 5 6 7; do daybook record \(writer)-$b.ndjson || echo \(writer) $b $? >> wrong; done & recorders=\"$recorders $!\""
        }
        let reading = [
            "daybook verify --json", "daybook checkpoint --out held/$((++n))",
            "daybook history A-x0-0 2> /dev/null || [ $? = 66 ]",
            "daybook reconcile export.csv --source crm --read-only --from 2026-10-01 --to 2027-01-01 --complete --cancelled kept --json | tee -a reports | grep -q AR40 && exit 1; true",
        ].map { command in
            "(n=0; while [ ! -e done ]; do { \(command); } > /dev/null || { echo '\(command.prefix(18))' $? >> wrong; }; n=$((n+1)); done) & readers=\"$readers $!\""
        }
        let load = (recording + reading).joined(separator: "\n") + "\nwait $recorders; touch done; wait $readers"
        try world.write(load, to: "load.sh")
        let outcome = try world.shell("bash load.sh > load.out 2> load.err")
        let errors = try String(contentsOfFile: world.path("load.err"), encoding: .utf8)
        #expect(outcome.status == 0, "\(errors)")
        let wrong = try world.shell("cat wrong 2> /dev/null").output
        #expect(wrong.isEmpty, "\(wrong)\(errors)")
        #expect(errors.isEmpty, "\(errors)")
        let count = writers.count * batches * 5
        #expect(try world.daybook("verify", "--json").json["size"]?.integer == 1 + count, "each once")
        #expect(
            try world.recording(writers.flatMap { writer in (0..<batches).map { "\(writer)-\($0).ndjson" } }) == (
                0, count
            ))
        let held = try FileManager.default.contentsOfDirectory(atPath: world.path("held"))
        #expect(!held.isEmpty && !held.contains { $0.hasSuffix(".new") })
        #expect(
            try world.defects("--held", "held", "--trust", "daybook-keys/verifier", "--projections") == "",
            "one history")
    }

    @Test func `make one ledger, and one of them has made it`() throws {
        for _ in 0..<6 {
            let world = try World()
            let each = "daybook init --origin demo.example/daybook; echo $? >> statuses"
            _ = try world.shell("(\(each)) & (\(each)) & (\(each)) & wait")
            let statuses = try world.shell("cat statuses").output.split(separator: "\n")
            #expect(statuses.contains("0"), "\(statuses)")
            #expect(try world.defects("--trust", "daybook-keys/verifier") == "")
            #expect(try world.daybook("verify", "--json").json["size"]?.integer == 1)
            try world.write(Events.created(0..<1), to: "one.ndjson")
            #expect(try world.recording("one.ndjson") == (1, 0))
        }
    }
}
