import ArgumentParser
import Auditing
import Bookings
import Foundation
import LedgerStore
import Schedules

/// The route `schedule -> snapshot`: options over configuration over nothing.
struct ScheduleReading {
    let snapshot: Snapshot
    /// What errors call the place that was read.
    let path: String

    /// Reads a schedule: a file, what lies at an address, or, where the argument is the id of a configured source, that
    /// source's, wherever it comes from. In `keys` lies the secret under which ids are made for an export that has none.
    init(
        _ argument: String, _ options: ScheduleOptions, _ configuration: Configuration, keys: KeyDirectory,
        now: Timestamp
    ) throws {
        var configured = configuration.source(Identifier(argument))
        let named = configured?.schedule
        let origin = try named?.origin ?? ScheduleReading.origin(argument)
        if configured == nil {
            configured = options.source.flatMap { configuration.source(Identifier($0)) }
            if options.source == nil, options.coverage == nil, configuration.sources.count == 1 {
                configured = configuration.sources[0]
            }
        }
        path = origin.name
        var options = options
        if named != nil, options.coverage == nil, let file = configured?.coverage.file {
            // What the exporter says of it is about the source that has it.
            (options.coverage, options.source) = (file, options.source ?? configured?.id.text)
        }
        let coverageFile = try options.coverage.map { file throws(ScheduleError) in
            try CoverageFile.read(path: file, rules: .system, takenAt: now)
        }
        if configured == nil, let source = coverageFile?.source { configured = configuration.source(source) }
        guard let source = options.source ?? coverageFile?.source.text ?? configured?.id.text else {
            throw ValidationError(
                "Which source is this? Name it with --source ID, with --coverage FILE, or in daybook.yaml.")
        }
        guard Identifier(source).isRecordable else {
            throw ValidationError("--source: the id of a source has 1 to \(Identifier.longest) bytes.")
        }
        var declared = configured ?? Configuration.Source(id: Identifier(source))
        declared.id = Identifier(source)
        declared.zone = options.zone ?? coverageFile?.zone ?? declared.zone
        try ScheduleReading.apply(options, to: &declared)
        let written = try origin.path.map { path throws(ScheduleError) in try Schedule.written(path: path, now: now) }
        var coverage = try declared.coverage(options, takenAt: written ?? now, now: now)
        let layout = declared.schedule?.layout ?? ScheduleLayout()
        var rules = declared.rules
        if !layout.identity.isEmpty { rules.identityKey = try keys.identityKey() }
        if origin.path != nil {
            try ScheduleReading.refuseFuture(coverage, path, options, written: written, now: now)
            snapshot = try Schedule.read(path: path, layout: layout, rules: rules, coverage: coverage)
            return
        }
        let received = try origin.receive(as: layout, covering: coverage, now: now)
        coverage = try declared.coverage(options, takenAt: received.takenAt, now: now)
        try ScheduleReading.refuseFuture(coverage, path, options, written: nil, now: now)
        snapshot = try Schedule.read(
            received, from: origin, layout: layout, rules: rules, coverage: coverage)
    }

    /// Where an argument that is no source's id leads.
    private static func origin(_ argument: String) throws -> ScheduleOrigin {
        guard argument.hasPrefix("https://") || argument.hasPrefix("http://") else {
            return ScheduleOrigin(.file(argument))
        }
        if let refusal = Configuration.refusal(ofAddress: argument) { throw ValidationError(refusal) }
        return ScheduleOrigin(.web(url: argument, nil))
    }

    private static func refuseFuture(
        _ coverage: Coverage, _ path: String, _ options: ScheduleOptions, written: Timestamp?, now: Timestamp
    ) throws {
        let clock = LocalClock(zone: coverage.zone, rules: .system)
        let whose = coverage.zone.map { " (\($0))" } ?? ""
        let (ahead, present) = (clock.text(coverage.takenAt), clock.text(now))
        let reason =
            if options.takenAt == nil, coverage.takenAt == written {
                "the file's date, \(ahead)\(whose), lies ahead: it is \(present). Check the clocks of this computer and "
                    + "of the one that writes the file; where it is known when the export was taken, say it with takenAt "
                    + "in the coverage, or with --taken-at"
            } else {
                "this reading says that it was taken on \(ahead)\(whose), which is still to come: it is \(present). "
                    + (options.takenAt != nil
                        ? "Correct --taken-at"
                        : "Correct takenAt in \(options.coverage ?? "the coverage"), or say --taken-at; if it is right, "
                            + "check the clock of this computer")
            }
        try coverage.refuseFuture(path: path, now: now, reason: reason)
    }

    /// A coverage file with what the options say instead.
    fileprivate static func narrowed(
        _ file: Coverage, by options: ScheduleOptions, as source: Configuration.Source, now: Timestamp
    ) throws -> Coverage {
        var coverage = file
        coverage.source = source.id
        var declared = source
        declared.coverage.takenAt = declared.coverage.takenAt ?? file.takenAt
        let said = try declared.coverage(ofReading: nil, now: now)
        if options.takenAt != nil { coverage.takenAt = said.takenAt }
        if options.from != nil { coverage.from = said.from }
        if options.to != nil { coverage.to = said.to }
        if options.complete { coverage.isComplete = true }
        if options.cancelled != nil { coverage.cancelled = said.cancelled }
        return coverage
    }

    private static func apply(_ options: ScheduleOptions, to source: inout Configuration.Source) throws {
        var schedule = source.schedule ?? Configuration.ScheduleFile(path: "")
        if let format = options.format {
            guard let known = ScheduleLayout.Format(rawValue: format) else {
                throw ValidationError(
                    "--format \(format): use \(ScheduleLayout.Format.allCases.map(\.rawValue).joined(separator: " or "))"
                )
            }
            schedule.layout.format = known
        }
        if let text = options.dates {
            guard let pattern = DatePattern(text) else {
                throw ValidationError("--dates \(text): write it as dd/MM/yyyy, MM/dd/yyyy, d.M.yyyy or yyyy/MM/dd")
            }
            schedule.layout.dates = pattern
        }
        if let text = options.encoding {
            guard let known = ScheduleLayout.Encoding(rawValue: text) else {
                let all = ScheduleLayout.Encoding.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--encoding \(text): use one of \(all)")
            }
            schedule.layout.encoding = known
        }
        for pair in options.map {
            let (ours, theirs) = try split(pair, option: "--map booking=Ref")
            guard ScheduleLayout.words.contains(ours) else {
                throw ValidationError("--map \(pair): our columns are \(ScheduleLayout.words.joined(separator: ", "))")
            }
            schedule.layout.columns[ours] = theirs.split(separator: "+").map(String.init)
        }
        source.schedule = schedule
        try applyCoverage(options, to: &source.coverage, zone: source.zone)
        for pair in options.status {
            let (theirs, fhir) = try split(pair, option: "--status DNA=noshow")
            guard let status = Appointment.Status(rawValue: fhir) else {
                let known = Appointment.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--status \(pair): FHIR's words are \(known)")
            }
            source.status[theirs] = status
        }
    }

    private static func split(_ pair: String, option: String) throws -> (String, String) {
        guard let mark = pair.firstIndex(of: "="), mark != pair.startIndex, pair.index(after: mark) != pair.endIndex
        else {
            throw ValidationError("\"\(pair)\" has no \"=\" between two words, as in \(option)")
        }
        return (String(pair[..<mark]), String(pair[pair.index(after: mark)...]))
    }

    /// A time on the clocks of a zone.
    private static func local(_ text: String, _ zone: String?) -> WallTime? {
        zone.flatMap { try? WallTime(text, zone: $0, rules: .system) }
    }

    private static func applyCoverage(
        _ options: ScheduleOptions, to coverage: inout DeclaredCoverage, zone: String?
    ) throws {
        if let text = options.takenAt {
            guard let moment = Timestamp(text) ?? local(text, zone)?.moment else {
                let how = zone.map { ", or on the clocks of \($0), as 2026-03-05T02:00" } ?? ""
                throw ValidationError(
                    "--taken-at \(text): write a moment with its offset, as 2026-03-05T02:00:00Z\(how)")
            }
            coverage.takenAt = moment
        }
        if let from = options.from { coverage.from = try bound("--from", from) }
        if let to = options.to { coverage.to = try bound("--to", to) }
        if options.complete { coverage.isComplete = true }
        if let word = options.cancelled {
            guard let cancelled = Coverage.Cancelled(rawValue: word) else {
                throw ValidationError("--cancelled \(word): use kept or removed")
            }
            coverage.cancelled = cancelled
        }
    }

    private static func bound(_ option: String, _ text: String) throws -> WindowBound {
        guard let bound = WindowBound(text) else {
            throw ValidationError("\(option) \(text): use today, +90d, -7d, a day as 2026-03-05, or a time")
        }
        return bound
    }
}

extension Configuration.Source {
    /// The coverage of a reading that shows the schedule as it was at a moment, unless something else is said.
    fileprivate func coverage(
        _ options: ScheduleOptions, takenAt moment: Timestamp, now: Timestamp
    ) throws -> Coverage {
        var coverage: Coverage
        if let path = options.coverage {
            let file = try CoverageFile.read(path: path, rules: .system, takenAt: moment)
            coverage = try ScheduleReading.narrowed(file, by: options, as: self, now: now)
        } else {
            coverage = try self.coverage(ofReading: nil, now: moment)
        }
        coverage.zone = zone
        return coverage
    }
}
