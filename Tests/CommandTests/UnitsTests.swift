import Foundation
import TestSupport
import Testing

/// What starts a night: the units and the cron line of `samples/`, as a computer is given them.
struct `The units of the night` {
    private static let analyze = "/usr/bin/systemd-analyze"
    private static let hasAnalyze = FileManager.default.isExecutableFile(atPath: analyze)
    private static let command = "daybook nightly --config /etc/daybook/daybook.yaml"

    private func sample(_ name: String) throws -> String {
        try String(contentsOf: Fixtures.checkout.appending(path: "samples/\(name)"), encoding: .utf8)
    }

    /// The values that a unit gives to a name, in their order.
    private func values(_ name: String, in unit: String) -> [String] {
        unit.split(separator: "\n").filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// The unit, with the program that was built in the place of the installed one, as `systemd-analyze` looks for it.
    private func world() throws -> World {
        let world = try World()
        let service = try sample("systemd/daybook-nightly.service")
        try world.write(
            service.replacing("/usr/bin/daybook ", with: "\(World.program.path) "), to: "daybook-nightly.service")
        try world.write(sample("systemd/daybook-nightly.timer"), to: "daybook-nightly.timer")
        return world
    }

    @Test(.enabled(if: hasAnalyze, "there is no systemd-analyze, of Debian's package systemd"))
    func `pass systemd-analyze verify`() throws {
        let world = try world()
        let verify = "\(Self.analyze) verify --man=no ./daybook-nightly.service ./daybook-nightly.timer"
        let outcome = try world.shell(verify)
        #expect(outcome.status == 0, "\(outcome.errors)")
        // It speaks of other units of this computer too.
        #expect(!outcome.errors.contains("daybook"), "\(outcome.errors)")
        // It would have said so.
        try world.write(sample("systemd/daybook-nightly.timer") + "Persistant=true\n", to: "daybook-nightly.timer")
        #expect(try world.shell(verify).errors.contains("daybook-nightly.timer"))
    }

    @Test(.enabled(if: hasAnalyze, "there is no systemd-analyze, of Debian's package systemd"))
    func `leave no more than the network and the exports open`() throws {
        let world = try world()
        let outcome = try world.shell(
            "\(Self.analyze) security --offline=true --no-pager ./daybook-nightly.service")
        guard let line = outcome.output.split(separator: "\n").last(where: { $0.contains("Overall exposure level") }),
            let exposure = line.split(separator: " ").compactMap({ Double($0) }).first
        else {
            // Before systemd 250 only units that are loaded are judged.
            #expect(outcome.errors.contains("offline"), "\(outcome.errors)")
            return
        }
        #expect(exposure <= 2, "\(outcome.output)")
    }

    @Test func `run one and the same command, by systemd and by cron`() throws {
        let service = try sample("systemd/daybook-nightly.service")
        #expect(values("ExecStart", in: service) == ["/usr/bin/\(Self.command)"])
        #expect(values("User", in: service) == ["daybook"])
        // Findings and doubts are no failure of the unit; a broken ledger is one.
        #expect(values("SuccessExitStatus", in: service) == ["1 3"])
        let lines = try sample("cron/daybook").split(separator: "\n").filter { $0.first?.isNumber ?? false }
        let line = try #require(lines.first)
        #expect(lines.count == 1 && line.hasPrefix("0 3 * * *  daybook  ") && line.hasSuffix(" && \(Self.command)"))
        #expect(!line.contains("%"), "to cron a per cent sign ends the command")
        #expect(try sample("cron/daybook").hasSuffix("\n"), "cron ignores a line that does not end")
        let timer = try sample("systemd/daybook-nightly.timer")
        #expect(values("OnCalendar", in: timer) == ["*-*-* 03:00"] && values("Persistent", in: timer) == ["true"])
    }

    @Test func `name a configuration that is read, and a night that runs`() throws {
        let world = try World()
        let example = try sample("daybook.yaml")
        try world.write(
            example.replacing("/var/lib/daybook/", with: "").replacing("/srv/exports/", with: ""), to: "daybook.yaml")
        try world.write(
            "Ref,Date,Time,Status,Dentist,Patient No,Patient\nA-1,2026-03-24,09:30,Confirmed,Dr Shah,C-1,Asha Patel\n",
            to: "appointments.csv")
        let made = try world.daybook("init", "--origin", "demo.example/daybook", "--config", "daybook.yaml")
        #expect(made.status == 0, "\(made.errors)")
        let command = Self.command.replacing("/etc/daybook/", with: "")
        let night = try world.shell(command)
        #expect(night.status == 0, "\(night.output)\(night.errors)")
        #expect(night.output.contains("crm"))
        // What the journal gets, with the priority of a warning, for each status.
        let service = try sample("systemd/daybook-nightly.service")
        let words = service.components(separatedBy: "/bin/sh -c '").last?.components(separatedBy: "'").first ?? ""
        let script = words.replacing("\\\n", with: " ").replacing("$$", with: "$")
        let said = try [0, 1, 2, 3].map { status in
            try world.run("/bin/sh", ["-c", script], adding: ["EXIT_STATUS": "\(status)"]).output
        }
        #expect(said[0].isEmpty && said[2].isEmpty)
        #expect(said[1].hasPrefix("<4>findings") && said[3].hasPrefix("<4>inconclusive"), "\(said)")
    }
}
