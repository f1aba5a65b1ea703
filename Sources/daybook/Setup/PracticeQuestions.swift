import Auditing
import Bookings
import Console
import Foundation
import Schedules

/// What only the practice knows: its name, its clocks, what its export covers, and when it appears.
struct PracticeQuestions {
    let options: SetupOptions
    let path: String

    // MARK: Names

    func zone(_ dialogue: inout Dialogue) throws -> String? {
        try dialogue.ask(
            .init(
                text: "In which time zone are the export's times?",
                reason: "The name of a large city near the practice, as Europe/London or America/New_York.",
                option: "--zone Europe/London"),
            given: options.zone, proposal: MachineZone.name
        ) { (text) throws(Dialogue.Nonsense) in
            guard MachineZone.isKnown(text) else {
                throw Dialogue.Nonsense(ZoneRules.unknown(text))
            }
            return text
        }
    }

    /// The record's name. A person hears what it becomes, and may say that it is not right.
    func origin(_ dialogue: inout Dialogue) throws -> String? {
        while true {
            let origin = try dialogue.ask(
                .init(
                    text: "What is the practice called?",
                    reason:
                        "From it the record gets its name for good, as riverside-dental.example/daybook. A practice with a "
                        + "web address of its own writes that: riverside-dental.co.uk/daybook.",
                    option: "--origin riverside-dental.example/daybook"),
                given: options.origin, proposal: nil, PracticeQuestions.origin)
            guard let origin, options.origin == nil, !dialogue.takesProposals else { return origin }
            let isRight = try dialogue.ask(
                .init(
                    text: "It is called \(origin) in the record, for good. Is that right?", option: "--origin \(origin)"
                ),
                given: nil, proposal: "yes", Dialogue.Question.yesOrNo)
            if isRight != false { return origin }
        }
    }

    private static func origin(_ text: String) throws(Dialogue.Nonsense) -> String {
        let isAddress = text.contains("/") && text.utf8.first != UInt8(ascii: "/")
        if isAddress, Entry.isValidOrigin(text) { return text }
        let name = slug(text)
        guard !name.isEmpty, !text.contains("/"), name.count <= 200 else {
            throw Dialogue.Nonsense("write a name with letters or digits, or an address of a-z 0-9 . / _ -")
        }
        // An address has a dot and no space: riverside-dental.co.uk.
        let plain = latin(text)
        let isHost = plain.wholeMatch(of: /[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.[a-z]{2,}/) != nil
        return (isHost ? plain : name + ".example") + "/daybook"
    }

    func source(_ dialogue: inout Dialogue) throws -> String? {
        let file = URL(filePath: path).deletingPathExtension().lastPathComponent
        let proposal = PracticeQuestions.slug(file.filter { !$0.isNumber })
        return try dialogue.ask(
            .init(
                text: "What shall the booking system be called in the record?",
                reason: "A short word, for good.", option: "--source crm"),
            given: options.source, proposal: proposal.isEmpty ? "crm" : proposal
        ) { (text) throws(Dialogue.Nonsense) in
            guard Identifier(text).isRecordable, !text.contains(where: \.isWhitespace), text != "-" else {
                throw Dialogue.Nonsense("a word of 1 to \(Identifier.longest) bytes, without a space")
            }
            return text
        }
    }

    /// Lower-case letters, digits, and a dash for whatever stands between them.
    static func slug(_ text: String) -> String {
        latin(text).split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
    }

    /// Lower case, with letters that have two for one where no umlaut can be written, and the others without accents.
    private static func latin(_ text: String) -> String {
        let pairs: [Character: String] = [
            "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe",
        ]
        return text.precomposedStringWithCanonicalMapping.lowercased().map { pairs[$0] ?? String($0) }.joined()
            .folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    }

    // MARK: Coverage

    /// The window, as it is written in the configuration, with its bounds.
    func window(
        _ snapshot: Snapshot?, written: Timestamp, _ dialogue: inout Dialogue
    ) throws -> (from: String, to: String)? {
        let starts = (snapshot?.appointments.compactMap(\.appointment.start) ?? []).sorted { $0.instant < $1.instant }
        let today = (written.seconds + Int64(starts.first?.offset ?? 0)) / 86_400
        var seen = ""
        if let first = starts.first, let last = starts.last {
            seen = " The first start in it is \(first.spoken), the last \(last.spoken)."
        }
        // An old file, copied here to try, tells nothing of how far the export of a night reaches.
        let ahead = starts.last.map { $0.civil.day - Int(today) + 1 }.flatMap { $0 > 0 ? $0 : nil } ?? 90
        let from = try dialogue.ask(
            .init(
                text: "From which day on does the export show appointments?",
                reason: "today: from the day on which it is written. -7d: also the seven days before." + seen,
                option: "--from today"),
            given: options.from, proposal: "today", PracticeQuestions.bound)
        let to = try dialogue.ask(
            .init(
                text: "Up to which day does it show appointments?",
                reason: "+90d: up to ninety days after the day on which it is written.", option: "--to +90d"),
            given: options.to, proposal: "+\(PracticeQuestions.usual.first { $0 >= ahead } ?? 730)d",
            PracticeQuestions.bound)
        return from.flatMap { from in to.map { (from, $0) } }
    }

    // What programs have in their menus.
    private static let usual = [7, 14, 30, 60, 90, 120, 180, 365]

    private static func bound(_ text: String) throws(Dialogue.Nonsense) -> String {
        guard WindowBound(text) != nil else {
            throw Dialogue.Nonsense("write today, +90d, -7d, or a day as 2026-03-05")
        }
        return text
    }

    func isComplete(_ dialogue: inout Dialogue) throws -> Bool? {
        try dialogue.ask(
            .init(
                text: "Does the export hold every appointment of those days, of all practitioners and rooms?",
                reason:
                    "yes: then one that is missing from it some night is reported as lost. no: it is reported as unproven.",
                option: "--complete"),
            given: options.complete.map { $0 ? "yes" : "no" }, proposal: nil, Dialogue.Question.yesOrNo)
    }

    /// Whether cancelled rows stay; `.some(nil)` where nobody knows.
    func cancelled(_ snapshot: Snapshot?, _ dialogue: inout Dialogue) throws -> Coverage.Cancelled?? {
        let seen = snapshot?.appointments.count { $0.appointment.status == .cancelled } ?? 0
        return try dialogue.ask(
            .init(
                text: "When an appointment is cancelled, does its row stay in the export?",
                reason: (seen > 0
                    ? "\(FoundText.rows(seen)) in it \(seen == 1 ? "is" : "are") cancelled, so they seem to stay."
                    : "No row in it is cancelled.")
                    + " kept: it stays, marked as cancelled. removed: it goes. unknown: nobody knows yet.",
                option: "--cancelled kept"),
            given: options.cancelled, proposal: seen > 0 ? "kept" : nil
        ) { (text) throws(Dialogue.Nonsense) in
            if text == "unknown" { return nil }
            guard let word = Coverage.Cancelled(rawValue: text) else {
                throw Dialogue.Nonsense("say kept, removed or unknown")
            }
            return word
        }
    }

    // MARK: Every night

    func nightlyPath(_ dialogue: inout Dialogue) throws -> String? {
        let digits = URL(filePath: path).lastPathComponent.count(where: \.isNumber)
        let dated =
            digits >= 6 ? " Its name seems to have a date in it: let the export have the same name every night." : ""
        let answer = try dialogue.ask(
            .init(
                text: "Where will the export lie each night?",
                reason: "The whole path of the file, on this computer or a share that it sees." + dated,
                option: "--path /srv/exports/export.csv"),
            given: options.path, proposal: SetupFolder.whole(path)
        ) { (text) throws(Dialogue.Nonsense) in
            guard !text.isEmpty, text != "-", !text.utf8.contains(0) else {
                throw Dialogue.Nonsense("the path of a file is needed")
            }
            return text
        }
        // It may be where the export is yet to appear.
        if let whole = answer.map(SetupFolder.whole), !FileManager.default.fileExists(atPath: whole) {
            dialogue.tell("Note: nothing lies at \(whole) now. Until a file does, each night finds nothing to read.")
        }
        return answer
    }

    /// Minutes after midnight at which the night's work is done.
    func minute(written: Timestamp, zone: String?, _ dialogue: inout Dialogue) throws -> Int? {
        let clock = LocalClock(zone: zone, rules: .system)
        let minute = try dialogue.ask(
            .init(
                text: "At what time shall the night's check run?",
                reason: (zone.map { "On the practice's clocks, those of \($0), and after" } ?? "After")
                    + " the export was written; this one was written on \(clock.text(written)).",
                option: "--at 03:00"),
            given: options.at, proposal: "03:00"
        ) { (text) throws(Dialogue.Nonsense) in
            let parts = text.split(separator: ":").map { Int($0) }
            guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour),
                (0..<60).contains(minute), text.utf8.count <= 5
            else { throw Dialogue.Nonsense("write it as 03:00") }
            return hour * 60 + minute
        }
        let local = written.seconds + Int64(zone.flatMap { ZoneRules.system.offset($0, written.seconds) } ?? 0)
        let hour = Int((local % 86_400 + 86_400) % 86_400) / 3600
        if let minute, minute / 60 < hour, hour < 9 {
            dialogue.tell(
                "Note: this export was written after \(hour):00. If it always is, the check at that time reads the day before's."
            )
        }
        return minute
    }

    /// The address for reports; `.some(nil)` where there shall be none.
    func email(_ dialogue: inout Dialogue) throws -> String?? {
        try dialogue.ask(
            .init(
                text: "Who shall be told by e-mail of what a night finds?",
                reason: "One address, or none.", option: "--email manager@example.org"),
            given: options.email, proposal: "none"
        ) { (text) throws(Dialogue.Nonsense) in
            guard text != "none" else { return nil }
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !text.hasPrefix("-"),
                text.allSatisfy({ !$0.isWhitespace && !",;<>()\"\\".contains($0) })
            else { throw Dialogue.Nonsense("write one address, as name@example.org, or none") }
            return text
        }
    }

    func timer(_ dialogue: inout Dialogue) throws -> NightTimer.Kind? {
        let hasSystemd = FileManager.default.fileExists(atPath: "/run/systemd/system")
        return try dialogue.ask(
            .init(
                text: "What shall start it every night?",
                reason:
                    "systemd: two files are written, and how to install them is said; it goes by the practice's clocks. cron: "
                    + "a line for crontab -e, which goes by this computer's. none: you start it yourself. Nothing outside "
                    + "the folder is changed.",
                option: "--timer cron"),
            given: options.timer, proposal: hasSystemd ? "systemd" : "cron"
        ) { (text) throws(Dialogue.Nonsense) in
            guard let kind = NightTimer.Kind(rawValue: text) else {
                throw Dialogue.Nonsense("say systemd, cron or none")
            }
            return kind
        }
    }
}
