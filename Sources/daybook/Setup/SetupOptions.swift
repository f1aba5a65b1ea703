import ArgumentParser
import Bookings
import Foundation
import Schedules

/// The answers that can be given beforehand.
struct SetupOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The record's name for good, or the practice's.", valueName: "name")) var origin: String?
    @Option(help: ArgumentHelp("What the booking system is called in the record.", valueName: "id")) var source: String?
    @Option(help: ArgumentHelp("The IANA zone of the export's times, as Europe/London.", valueName: "zone"))
    var zone: String?
    @Option(
        help: ArgumentHelp(
            "One of our columns by the file's, joined by +; - for none: --map start=Date+Time --map note=-",
            valueName: "ours=theirs"))
    var map: [String] = []
    @Option(
        help: ArgumentHelp(
            "For a file without ids: what they are made of, as \(SetupOptions.usualIdentity).", valueName: "words"))
    var identity: String?
    @Option(help: ArgumentHelp("A status of the file by FHIR's: --status DNA=noshow", valueName: "theirs=fhir"))
    var status: [String] = []
    @Option(help: ArgumentHelp("How dates are written: dd/MM/yyyy, MM/dd/yyyy …", valueName: "pattern"))
    var dates: String?
    @Option(help: ArgumentHelp("utf-8, windows-1252 or utf-16.", valueName: "encoding")) var encoding: String?
    @Option(help: ArgumentHelp("What stands between two columns: , ; | or tab.", valueName: "sign"))
    var delimiter: String?
    // A day back starts with a dash, and is no option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The export shows starts from here on: today, -7d.", valueName: "when"))
    var from: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The export shows starts before this: +90d.", valueName: "when"))
    var to: String?
    @Flag(inversion: .prefixedNo, help: "Whether no appointment of that window is left out of the export.")
    var complete: Bool?
    @Option(
        help: ArgumentHelp(
            "Whether cancelled rows stay in the export: kept, removed or unknown.", valueName: "word"))
    var cancelled: String?
    @Option(help: ArgumentHelp("Where the export lies each night. Default: EXPORT", valueName: "file")) var path:
        String?
    @Option(
        help: ArgumentHelp("When the night's check runs, on the practice's clocks. Default: 03:00", valueName: "time"))
    var at: String?
    @Option(help: ArgumentHelp("Who is told of findings; none for nobody.", valueName: "address")) var email: String?
    @Option(help: ArgumentHelp("What starts it: systemd, cron or none.", valueName: "kind")) var timer: String?

    /// What is said of how the export is read.
    func given() throws -> ExportGuess.Given {
        var given = ExportGuess.Given()
        if let text = dates {
            guard let pattern = DatePattern(text) else {
                throw ValidationError("--dates \(text): write it as dd/MM/yyyy, MM/dd/yyyy, d.M.yyyy or yyyy/MM/dd")
            }
            given.dates = pattern
        }
        if let text = encoding {
            guard let known = ScheduleLayout.Encoding(rawValue: text) else {
                let all = ScheduleLayout.Encoding.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--encoding \(text): use one of \(all)")
            }
            given.encoding = known
        }
        if let text = delimiter {
            let byte = text == "tab" ? 0x09 : text.utf8.count == 1 ? text.utf8.first : nil
            guard let byte, ScheduleLayout.delimiters.contains(byte) else {
                throw ValidationError("--delimiter \(text): use , ; | or tab")
            }
            given.delimiter = byte
        }
        for pair in map {
            let (ours, theirs) = try SetupOptions.split(pair, at: pair.firstIndex(of: "="), "--map booking=Ref")
            guard ScheduleLayout.words.contains(ours) else {
                throw ValidationError("--map \(pair): our columns are \(ScheduleLayout.words.joined(separator: ", "))")
            }
            given.columns[ours] = theirs.split(separator: "+").map(String.init)
        }
        if let text = identity {
            guard let words = SetupOptions.identity(text) else {
                throw ValidationError(
                    "--identity \(text): write words with commas, as \(SetupOptions.usualIdentity), each once, of "
                        + ScheduleLayout.identityWords.joined(separator: ", "))
            }
            guard given.columns["booking"] == nil else {
                throw ValidationError("--identity is for a file without ids, and --map says which column holds them")
            }
            given.identity = words
        }
        for pair in status {
            let (theirs, fhir) = try SetupOptions.split(pair, at: pair.lastIndex(of: "="), "--status DNA=noshow")
            guard let known = Appointment.Status(rawValue: fhir) else {
                let all = Appointment.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--status \(pair): FHIR's words are \(all)")
            }
            given.status[theirs] = known
        }
        return given
    }

    static let usualIdentity = "client.id,practitioner,start"

    /// Words that an id can be made of, as they are written with commas; `nil` where they are none.
    static func identity(_ text: String) -> [String]? {
        let words = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !words.isEmpty, Set(words).count == words.count,
            words.allSatisfy(ScheduleLayout.identityWords.contains)
        else { return nil }
        return words
    }

    private static func split(
        _ pair: String, at mark: String.Index?, _ example: String
    ) throws -> (String, String) {
        guard let mark, mark != pair.startIndex, pair.index(after: mark) != pair.endIndex else {
            throw ValidationError("\"\(pair)\" has no \"=\" between two words, as in \(example)")
        }
        return (String(pair[..<mark]), String(pair[pair.index(after: mark)...]))
    }
}
