import Foundation

/// When the night's work is done, as systemd and cron are told.
struct NightTimer {
    enum Kind: String, CaseIterable {
        case systemd, cron, none
    }

    let kind: Kind
    /// Minutes after midnight.
    let minute: Int
    /// The zone of the practice's clocks.
    let zone: String
    /// The clocks by which cron goes.
    let machine: MachineClock
    /// Whole paths: the folder of the configuration, that of the keys, and this program.
    let folder: String
    let keys: String
    let program: String
    /// The login as which it runs.
    let user: String

    static let serviceName = "daybook-nightly.service"
    static let timerName = "daybook-nightly.timer"

    /// `03:00`.
    var clock: String { NightTimer.clock(minute) }

    private static func clock(_ minute: Int) -> String { String(format: "%02d:%02d", minute / 60, minute % 60) }

    /// Files to be written into the folder, by their names.
    var files: [(name: String, text: String)] {
        kind == .systemd ? [(NightTimer.serviceName, service), (NightTimer.timerName, timer)] : []
    }

    /// What a person runs, or adds to their crontab, so that it begins.
    var commands: [String] {
        switch kind {
        case .systemd:
            let names = [NightTimer.serviceName, NightTimer.timerName].map { shell("\(folder)/\($0)") }
            return [
                "sudo cp \(names.joined(separator: " ")) /etc/systemd/system/",
                "sudo systemctl enable --now \(NightTimer.timerName)",
            ]
        case .cron: return [cron]
        case .none: return []
        }
    }

    /// What a person does by hand each night, where nothing starts it.
    var byHand: String? { kind == .none ? "cd \(shell(folder)) && \(shell(program)) nightly" : nil }

    /// The line for `crontab -e`, whose clocks are those of the machine.
    var cron: String {
        let minute = cronMinute
        // To cron a per cent sign ends the command.
        return "\(minute % 60) \(minute / 60) * * * cd \(shell(folder)) && \(shell(program)) nightly"
            .replacing("%", with: "\\%")
    }

    private var cronMinute: Int {
        let minutes = minute - (machine.behind(zone, at: machine.now) ?? 0) / 60
        return ((minutes % 1440) + 1440) % 1440
    }

    /// When the line for `crontab -e` is run: "at 03:00", with whose clocks are meant where there are two.
    var cronClocks: String {
        guard cronMinute != minute || !machine.keepsPace(with: zone) else { return "at \(clock)" }
        var text =
            "at \(NightTimer.clock(cronMinute)) on this computer's clock (\(machine.name)), by which cron goes: that is "
            + "\(clock) in \(zone) now"
        if !machine.keepsPace(with: zone) {
            text += ", and an hour off while only one of the two has summer time (--timer systemd keeps to \(zone))"
        }
        return text
    }

    var service: String {
        // What lies below /tmp would not be there in a /tmp of its own.
        let isTemporary = folder.hasPrefix("/tmp/") || folder.hasPrefix("/var/tmp/")
        let writable = keys.hasPrefix(folder + "/") ? [folder] : [folder, keys]
        return """
            [Unit]
            Description=Daybook: the night's check of the bookings

            [Service]
            Type=oneshot
            User=\(unit(user))
            WorkingDirectory=\(folder.replacing("%", with: "%%"))
            ExecStart=\(unit(program).replacing("$", with: "$$")) nightly
            UMask=0077
            ProtectSystem=strict
            ProtectHome=read-only
            ReadWritePaths=\(writable.map(unit).joined(separator: " "))
            PrivateTmp=\(isTemporary ? "no" : "yes")
            \(NightTimer.hardening)

            """
    }

    /// What findings (1) and doubts (3) mean to systemd, and what the night is kept from: as in `samples/systemd`.
    private static let hardening = #"""
        SuccessExitStatus=1 3
        ExecStopPost=-/bin/sh -c 'case $$EXIT_STATUS in \
            1) echo "<4>findings need a person; daybook findings list shows them" ;; \
            3) echo "<4>inconclusive: a schedule was not read, or could not be judged" ;; esac'
        TimeoutStartSec=4h
        MemoryMax=1G
        TasksMax=64
        CPUWeight=20
        IOWeight=20
        PrivateDevices=yes
        ProtectProc=invisible
        ProcSubset=pid
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        NoNewPrivileges=yes
        AmbientCapabilities=
        CapabilityBoundingSet=
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        RemoveIPC=yes
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged
        SystemCallErrorNumber=EPERM
        """#

    var timer: String {
        """
        [Unit]
        Description=Daybook: every night at \(clock)

        [Timer]
        OnCalendar=*-*-* \(clock):00 \(zone)
        # A night in which the computer was off is made up for when it is on again.
        Persistent=true

        [Install]
        WantedBy=timers.target

        """
    }

    /// A word in a unit file.
    private func unit(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
        return text.allSatisfy { $0.isLetter || $0.isNumber || "/._-".contains($0) } ? escaped : "\"\(escaped)\""
    }

    private func shell(_ text: String) -> String {
        text.allSatisfy { $0.isLetter || $0.isNumber || "/._-".contains($0) }
            ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// The path of this program, behind any link.
    static var thisProgram: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "daybook"
    }
}
