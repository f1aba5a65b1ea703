import Bookings
import Foundation
import TestSupport
import Testing

struct `The folder of a set-up` {
    private let answers = `A practice that sets itself up`.answers

    private func world() throws -> World { try `A practice that sets itself up`.world() }

    private func files(_ world: World) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: world.folder.path).sorted()
    }

    @Test func `is not set up twice`() throws {
        let world = try world()
        try world.daybook(["setup", "export.csv"] + answers).expect(0, says: [])
        let before = try world.shell("cat daybook.yaml daybook-keys/signing.pem; daybook verify --json")
        try world.daybook(["setup", "export.csv"] + answers).expect(
            73, says: ["daybook.yaml is there already, and nothing was changed", "daybook doctor", "--into"])
        #expect(
            try world.shell("cat daybook.yaml daybook-keys/signing.pem; daybook verify --json").output == before.output)
        try world.shell("rm daybook.yaml").expect(0, says: [])
        try world.daybook(["setup", "export.csv"] + answers).expect(73, says: ["a ledger with"])
    }

    @Test func `keeps a configuration that somebody wrote`() throws {
        let world = try world()
        try world.write("sources: []\n", to: "daybook.yaml")
        try world.daybook(["setup", "export.csv"] + answers).expect(73, says: ["daybook.yaml is there already"])
        #expect(try files(world) == ["daybook.yaml", "export.csv"])
    }

    @Test func `is gone on with where the ledger was made and nothing else`() throws {
        let world = try world()
        try world.daybook("init", "--origin", "riverside-dental.example/daybook").expect(0, says: [])
        let verifier = try String(contentsOfFile: world.path("daybook-keys/verifier"), encoding: .utf8)
        var other = answers
        other[other.firstIndex(of: "Riverside Dental")!] = "Somebody Else"
        try world.daybook(["setup", "export.csv"] + other).expect(
            73, says: ["an earlier setup named this ledger riverside-dental.example/daybook"])
        try world.daybook(["setup", "export.csv"] + answers).expect(0, says: [])
        #expect(try String(contentsOfFile: world.path("daybook-keys/verifier"), encoding: .utf8) == verifier)
        try world.daybook("doctor").expect(0, says: [])
    }

    @Test func `needs no answer where only the first night is missing`() throws {
        let world = try world()
        let shown = try world.daybook(["setup", "export.csv", "--dry-run"] + answers)
        try world.daybook("init", "--origin", "riverside-dental.example/daybook").expect(0, says: [])
        try world.write(shown.output, to: "daybook.yaml")
        let outcome = try world.daybook("setup", "export.csv")
        outcome.expect(0, says: ["is set up but for its first night"])
        #expect(outcome.output.contains("3 seen for the first time"))
    }

    @Test func `is completed where an earlier one had no first checkpoint yet`() throws {
        let world = try world()
        try world.daybook("init", "--origin", "riverside-dental.example/daybook").expect(0, says: [])
        // As it stands between entry 0 and the checkpoint over it.
        let cut =
            "import sqlite3; d = sqlite3.connect('daybook.sqlite'); d.execute('DELETE FROM checkpoint'); "
            + "d.commit()"
        try world.shell("rm daybook-keys/lock && python3 -c \"\(cut)\"").expect(0, says: [])
        try world.daybook(["setup", "export.csv"] + answers).expect(0, says: [])
        try world.daybook("doctor").expect(0, says: [])
    }

    @Test(arguments: [0.02, 0.05, 0.08, 0.11, 0.15, 0.2])
    func `is sound whenever setup is killed, and the next run completes it`(seconds: Double) throws {
        let world = try world()
        let line = (["setup", "export.csv"] + answers).map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
        _ = try world.shell("timeout -s KILL \(seconds) daybook \(line)")
        let again = try world.daybook(["setup", "export.csv"] + answers)
        // Where the first run had come to the night, the folder is set up.
        #expect([0, 73].contains(again.status), "\(again.errors)")
        try world.daybook("doctor").expect(0, says: [])
        try world.daybook("verify", "--projections").expect(0, says: [])
        try world.shell("touch -d 2026-03-06T02:00:00Z export.csv").expect(0, says: [])
        try world.daybook("observe", "export").expect(0, says: [])
    }

    @Test func `may be another, with its export and its keys elsewhere`() throws {
        let world = try world()
        let outcome = try world.daybook(
            [
                "setup", "export.csv", "--into", "my books/a&b", "--keys", "apart", "--path", "later/export.csv",
                "--email",
                "manager@example.org",
            ] + answers)
        // The nightly one is not there yet: the first night is that of the file at hand. Its mail goes out, or it is said
        // that this computer cannot send one.
        let sendmail = "/usr/sbin/sendmail"
        let sends = FileManager.default.isExecutableFile(atPath: sendmail)
        outcome.expect(
            sends ? 0 : 69,
            says: sends
                ? ["nothing lies at \(world.path("later/export.csv")) now"]
                : [
                    "NOT DONE: \(sendmail) is not there", "install a program that sends mail", "\"smtp: smtps://",
                    "everything else is set up, and the first night is recorded",
                    "nothing lies at \(world.path("later/export.csv")) now",
                ])
        #expect(outcome.output.contains(sends ? "Result: clean (exit 0)." : "Result: clean.\n"))
        #expect(outcome.output.contains("3 seen for the first time"))
        #expect(try files(world) == ["apart", "export.csv", "my books"])
        let doctor = try world.shell("cd 'my books/a&b' && daybook doctor")
        #expect(
            doctor.output.contains("\(world.path("later/export.csv")):")
                && doctor.output.contains("there is no such file"), "\(doctor.output)")
        #expect(doctor.output.contains(world.path("apart")))
        let mode = try world.shell("stat -c %a 'my books/a&b' 'my books/a&b/daybook.yaml' apart/signing.pem")
        #expect(mode.output == "700\n600\n600\n")
    }

    @Test func `has unit files that systemd understands`() throws {
        let world = try world()
        var systemd = answers
        systemd[systemd.firstIndex(of: "cron")!] = "systemd"
        let made = try world.daybook(["setup", "export.csv", "--at", "4:05", "--into", "100% ours"] + systemd)
        made.expect(0, says: [])
        #expect(made.output.contains("sudo systemctl enable --now daybook-nightly.timer"))
        let timer = try String(contentsOfFile: world.path("100% ours/daybook-nightly.timer"), encoding: .utf8)
        #expect(timer.contains("OnCalendar=*-*-* 04:05:00 Europe/London\n") && timer.contains("Persistent=true"))
        let service = try String(contentsOfFile: world.path("100% ours/daybook-nightly.service"), encoding: .utf8)
        #expect(service.contains("ReadWritePaths=\"\(world.path("100%% ours"))\"\n"))
        #expect(service.contains(" nightly\n"))
        // It is kept from as much as the one that the package installs.
        let sample = Fixtures.checkout.appending(path: "samples/systemd/daybook-nightly.service")
        let hardening = try String(contentsOf: sample, encoding: .utf8).split(separator: "\n")
            .drop { !$0.hasPrefix("SuccessExitStatus") }.filter { !$0.hasPrefix("#") && !$0.hasPrefix("PrivateTmp") }
        #expect(hardening.count > 30)
        for line in hardening { #expect(service.contains("\(line)\n"), "\(line)") }
        // What another setup left with other content is not overwritten.
        try world.write("mine", to: "daybook-nightly.timer")
        try world.daybook(["setup", "export.csv"] + systemd).expect(
            73, says: ["daybook-nightly.timer is there already"])
        #expect(!FileManager.default.fileExists(atPath: world.path("daybook.sqlite")))
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze") else { return }
        let checked = try world.shell(
            "cp '100% ours/'daybook-nightly.* . && systemd-analyze verify ./daybook-nightly.service ./daybook-nightly.timer"
        )
        #expect(!checked.errors.contains("daybook-nightly"), "\(checked.errors)")
    }

    @Test func `has a cron line that a shell runs as it is written`() throws {
        let world = try world()
        let made = try world.daybook(["setup", "export.csv", "--into", "it's 100% ours"] + answers)
        made.expect(0, says: [])
        let line = try #require(made.output.split(separator: "\n").first { $0.hasPrefix("Crontab     0 ") })
        // As cron hands it to a shell, with a program that says where it was started.
        let command = line.dropFirst("Crontab     0 3 * * * ".count).replacing("\\%", with: "%")
            .replacing("&& ", with: "&& echo ").replacing("echo ", with: "pwd; echo ")
        #expect(try world.shell(String(command)).output.hasPrefix(world.path("it's 100% ours") + "\n"))
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `has a configuration that is read as it was answered, whatever the columns are called`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let signs = [
            "\"", "'", "\\", "&a", "*a", ":", " #", "- ", "?", "!", "%", "$", "`", "{", "[", "é", "e\u{301}", "\t",
            "\u{85}", "\u{2028}", "\u{a0}", "🦷", "No", "~", "null", ">", "|", "=", "\n",
        ]
        func name(_ start: String) -> String {
            start
                + (0..<Int.random(in: 0...4, using: &random)).map { _ in signs.randomElement(using: &random)! }.joined()
                + "z"
        }
        func cell(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
        let (id, start, status, word) = (name("i"), name("s"), name("t"), name("w"))
        let text =
            "\(cell(id)),\(cell(start)),\(cell(status))\nA-1,2026-03-24 09:30,\(cell(word))\nA-2,2026-03-25 09:30,booked\n"
        let world = try `A practice that sets itself up`.world(Array(text.utf8))
        let outcome = try world.daybook(
            [
                "setup", "export.csv", "--map", "booking=\(id)", "--map", "start=\(start)", "--map", "status=\(status)",
                "--status", "\(word)=noshow",
            ] + answers)
        outcome.expect(0, says: [])
        #expect(try world.daybook("reconcile", "export", "--dry-run", "--json").output.contains("\"noshow\""))
    }
}
