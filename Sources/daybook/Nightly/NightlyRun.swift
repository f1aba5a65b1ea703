import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules
import Transparency

/// One night: every configured source is read and compared, then the ledger commits to the state of every booking, is
/// signed, and its checkpoint leaves for outside.
///
/// Every step is recorded as it is done, and is not done twice: a night that was interrupted is run again, and comes to
/// the same. One source that fails does not stop the others.
struct NightlyRun {
    let ledger: Ledger
    let configuration: Configuration
    /// Where the secret of made ids lies, also where the ledger's keys are not.
    private var keys: KeyDirectory { ledger.keys ?? KeyDirectory(path: configuration.keys ?? "daybook-keys") }
    /// Told of each step when it begins.
    var progress: (String) -> Void = { _ in }

    /// How many rows of schedules are held at once: the sources that they are of share one pass over the ledger.
    private static let mostRows = 500_000

    /// Does the night's work. It does not tell anybody: see ``tell(_:json:)``.
    func play() throws -> Night {
        let started = ledger.now
        let ids = Set(configuration.sources.map(\.id))
        let checks = try ledger.checks(of: ids, around: started - NightWatch.night)
        var night = Night(origin: ledger.origin, started: started, ended: started, status: 0)
        night.isFull = isFull(started, after: checks.before)
        night.missed = missed(from: checks.before, to: checks.after ?? started)
        if night.isFull {
            progress("the ledger, its projections and its states are verified")
            night.verification = try ledger.verify(
                .init(states: configuration.nightly.states, projections: true))
        }
        let isSound = night.verification.map { $0.defects.isEmpty } ?? true
        night.sources = try (check(recording: isSound) + unwatched()).map { source in
            var source = source
            if source.check == nil {
                source.standing = try ledger.findings(of: source.id).compactMap { $0.unchanged }
            }
            return source
        }
        if let last = night.read.last?.report?.verification, isSound { night.verification = last }
        if night.verification == nil {
            progress("the ledger is verified")
            night.verification = try ledger.verify(.init(states: 0))
        }
        if night.verification!.defects.isEmpty { sign(&night) }
        night.ended = ledger.now
        night.status = night.gravest
        return night
    }

    /// The night's work, also where it could not be done: then whoever is to be told hears that.
    func played() -> Night {
        do { return try play() } catch {
            let refusal = Refusal(error)
            let now = ledger.now
            var night = Night(origin: ledger.origin, started: now, ended: now, status: refusal.status)
            night.sources = watched.map {
                .init(id: $0.id, zone: $0.zone, outcome: .notRead(reason: refusal.sentence, status: refusal.status))
            }
            night.failure = refusal.status
            night.troubles = [(refusal.sentence, refusal.status)]
            return night
        }
    }

    /// Each so many nights, and the first one that runs where that one did not.
    private func isFull(_ started: Timestamp, after before: Timestamp?) -> Bool {
        guard let before else { return true }
        let length = Int64(configuration.nightly.fullVerify) * 86_400
        return before.seconds / length != started.seconds / length
    }

    private func missed(from: Timestamp?, to: Timestamp) -> (from: Timestamp, to: Timestamp, nights: Int)? {
        guard let from, Timestamp.seconds(from: from, to: to) > configuration.nightly.missed else { return nil }
        let days = (Timestamp.seconds(from: from, to: to) + 43_200) / 86_400
        return (from, to, max(1, Int(days) - 1))
    }

    // MARK: The sources

    private func check(recording: Bool) -> [Night.SourceNight] {
        var outcomes: [Identifier: Night.SourceNight.Outcome] = [:]
        var group = SourceGroup(ledger: ledger, configuration: configuration, records: recording)
        func finish() {
            guard !group.isEmpty else { return }
            progress("\(group.names) compared with the ledger, which is verified")
            outcomes.merge(group.check()) { $1 }
            group = SourceGroup(ledger: ledger, configuration: configuration, records: recording)
        }
        for source in watched {
            progress("\(source.id) is read")
            do {
                guard source.schedule != nil else {
                    throw Refusal("nothing says where its schedule is: give it one in the configuration", 64)
                }
                let options = try ScheduleOptions.parse([])
                let reading = try ScheduleReading(
                    source.id.text, options, configuration, keys: keys, now: ledger.now)
                if !group.isEmpty, group.rows + reading.snapshot.rows > NightlyRun.mostRows { finish() }
                group.add(reading.snapshot, of: source)
            } catch {
                outcomes[source.id] = .notRead(error)
            }
        }
        finish()
        return watched.map { Night.SourceNight(id: $0.id, zone: $0.zone, outcome: outcomes[$0.id]!) }
    }

    /// The sources that a night reads.
    private var watched: [Configuration.Source] { configuration.sources.filter { $0.feed != .none } }

    private func unwatched() throws -> [Night.SourceNight] {
        try UnwatchedSource.all(in: ledger, configuration).map {
            .init(
                id: $0.id, zone: $0.zone,
                outcome: .notRead(reason: $0.sentence, status: ExitStatus.inconclusive.rawValue))
        }
    }

    // MARK: The ledger

    /// State, checkpoint, anchors, time-stamps: what fails of them is a trouble, and does not undo the night.
    private func sign(_ night: inout Night) {
        guard let keys = ledger.keys else {
            night.troubles.append(("nothing is recorded or signed: the ledger's keys are not here (--keys)", 66))
            return
        }
        do {
            let present = try ledger.presentState()
            if present == nil { progress("the ledger commits to the state of every booking") }
            night.state = try present?.index ?? ledger.recordState()
            var note = try ledger.checkpoint()
            if present?.isStamped != true, try stamp(note, &night) { note = try ledger.checkpoint() }
            night.checkpoint = try Checkpoint(text: note.text)
            try send(note, keys, &night)
        } catch {
            let refusal = Refusal(error)
            night.troubles.append((refusal.sentence, refusal.status))
        }
    }

    /// True where a time-stamp was recorded.
    private func stamp(_ note: SignedNote, _ night: inout Night) throws -> Bool {
        for authority in configuration.stamps {
            let url = WebExchange.withoutQuery(authority.url)
            progress("\(url) is asked for a time-stamp")
            do {
                let roots = try authority.roots.map { try FileArgument.roots($0) }
                let stamping = Stamping(ledger: ledger, checkpoint: try Checkpoint(text: note.text))
                night.stamps.append(try stamping.ask(authority, under: roots))
            } catch is ExitCode {
                night.stamps.append(.init(url: url, stamp: nil, sentence: "its roots cannot be read"))
            }
        }
        for failed in night.stamps where failed.stamp == nil {
            night.troubles.append(("time-stamp \(failed.url): \(failed.sentence)", 69))
        }
        return night.stamps.contains { $0.stamp != nil }
    }

    private func send(_ note: SignedNote, _ keys: KeyDirectory, _ night: inout Night) throws {
        guard !configuration.anchors.isEmpty else { return }
        progress("the checkpoint is brought to \(configuration.anchors.count == 1 ? "its anchor" : "its anchors")")
        night.anchors = try AnchorDelivery(of: note, in: ledger, keys: keys).send(to: configuration.anchors)
        if night.anchors.contains(where: \.isDone) {
            try ledger.noteHeldOutside(size: try Checkpoint(text: note.text).size)
        }
        for failed in night.anchors where !failed.isDone {
            night.troubles.append(("anchor \(failed.anchor): \(failed.sentence)", 69))
        }
    }
}

extension Night {
    /// How the night ends: as the work ended that could not be done at all; else 2 the ledger, 1 findings, 3 inconclusive or a source that was not read, else the first trouble.
    var gravest: Int32 {
        if let failure { return failure }
        let statuses = sources.map { source -> Int32 in
            guard case .checked(let outcome) = source.outcome else { return ExitStatus.inconclusive.rawValue }
            return outcome.status.rawValue
        }
        if verification.map({ !$0.defects.isEmpty }) ?? false || statuses.contains(2) { return 2 }
        return [1, 3].first(where: statuses.contains) ?? troubles.first?.status ?? 0
    }
}
