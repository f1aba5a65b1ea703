import Bookings
import Foundation
import Schedules

/// Everything that setup knows once it has asked: what is written is made of it.
struct SetupAnswers {
    let origin: String
    let source: Configuration.Source
    let text: ConfigurationText
    let timer: NightTimer

    /// Asks what is to be asked, in the order in which it is understood; ends the command where something is missing.
    init(_ export: SetupExport, _ options: SetupOptions, _ folder: SetupFolder, _ dialogue: Dialogue, now: Timestamp)
        throws
    {
        var questions = ExportQuestions(export: export, dialogue: dialogue)
        let practice = PracticeQuestions(options: options, path: export.path)
        questions.dialogue.tell(FoundText.found(export))
        try questions.settleDoubts()
        let zone = try practice.zone(&questions.dialogue)
        let snapshot = try questions.confirm(zone: zone ?? "UTC", now: now)
        var dialogue = questions.dialogue
        let window = try practice.window(snapshot, written: export.written, &dialogue)
        let isComplete = try practice.isComplete(&dialogue)
        let cancelled = try practice.cancelled(snapshot, &dialogue)
        let origin = try practice.origin(&dialogue)
        let id = try practice.source(&dialogue)
        let path = try practice.nightlyPath(&dialogue)
        let minute = try practice.minute(written: export.written, zone: zone, &dialogue)
        let email = try practice.email(&dialogue)
        let kind = try practice.timer(&dialogue)
        try dialogue.settle()
        guard let zone, let window, let isComplete, let cancelled, let origin, let id, let path, let minute, let email,
            let kind
        else { preconditionFailure("what is missing was named") }
        var source = Configuration.Source(id: Identifier(id))
        source.feed = .snapshots
        source.zone = zone
        source.status = questions.export.status
        source.coverage.from = WindowBound(window.from)
        source.coverage.to = WindowBound(window.to)
        source.coverage.isComplete = isComplete
        source.coverage.cancelled = cancelled
        source.schedule = Configuration.ScheduleFile(
            path: folder.name(of: path), layout: questions.export.guess.layout)
        self.source = source
        self.origin = origin
        let clock = CivilTime(seconds: now.seconds)
        text = ConfigurationText(
            source: source, from: window.from, to: window.to, keys: folder.keysName, email: email,
            day: clock?.dateText ?? "")
        timer = NightTimer(
            kind: kind, minute: minute, zone: zone, machine: MachineClock(now: now), folder: folder.path,
            keys: folder.keysPath,
            program: NightTimer.thisProgram, user: NSUserName())
    }
}
