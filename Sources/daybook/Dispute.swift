import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

/// The route `dispute -> evidence`: from what a client says to the booking that it is about, and to the verdict.
struct Dispute {
    private let command: Investigate
    private let ledger: Ledger
    private let configuration: Configuration
    private let claim: Claim
    private let zone: String?
    /// The day that the claim is about, counted from 1970-01-01; `nil` where none was named.
    private let day: Int?

    init(_ command: Investigate, _ ledger: Ledger, _ configuration: Configuration) throws {
        self.command = command
        self.ledger = ledger
        self.configuration = configuration
        let source = command.scheduleOptions.source
        let zone =
            command.scheduleOptions.zone ?? source.flatMap { configuration.source(Identifier($0))?.zone }
            ?? (configuration.sources.count == 1 ? configuration.sources[0].zone : nil)
        self.zone = zone
        func time(_ option: String, _ text: String?) throws -> WallTime? {
            guard let text else { return nil }
            let day = CivilTime(seconds: ledger.now.seconds)?.day ?? 0
            guard let time = WindowBound(text)?.time(zone: zone ?? "UTC", rules: .system, day: day) else {
                throw ValidationError("\(option) \(text): write a day as 2026-09-22, or a time as 2026-09-22T10:00")
            }
            return time
        }
        let start = try time("--claimed-start", command.claimedStart)
        let around = try time("--around", command.around)
        claim = Claim(
            start: start, day: around, booked: try time("--booked", command.booked)?.moment,
            source: source.map { Identifier($0) })
        day = (start ?? around)?.civil.day
    }

    func settle() throws -> Verdict {
        let candidates = try candidates()
        let fitting = try ledger.history(of: candidates)
        let matching = candidates.filter { matches(fitting.bookings[$0]) }
        guard !matching.isEmpty else { return try settleAbsence(of: candidates) }
        let key = try choose(among: matching, in: fitting)
        return try settle(key, others: candidates.subtracting([key]))
    }

    /// The bookings that what the client says could be about, whatever their day.
    private func candidates() throws -> Set<BookingKey> {
        if let booking = command.booking {
            let sources = try claim.source.map { [$0] } ?? ledger.sources(having: Identifier(booking))
            return Set(sources.map { BookingKey(source: $0, booking: Identifier(booking)) })
        }
        var sets: [Set<BookingKey>] = []
        if let client = command.client {
            let byID = try ledger.bookings(under: SearchTerm.terms(name: "client.id", value: client))
            sets.append(byID.union(try byName(client)))
        }
        if let phone = command.phone {
            let terms = SearchTerm.terms(name: "client.phone", value: phone)
            guard !terms.isEmpty else { throw ValidationError("--phone \(phone): at least five digits are needed") }
            sets.append(try ledger.bookings(under: terms))
        }
        if let email = command.email {
            sets.append(try ledger.bookings(under: SearchTerm.terms(name: "client.email", value: email)))
        }
        // Without anybody's name it is the day that is asked about.
        if sets.isEmpty, let day { sets.append(try ledger.bookings(on: day)) }
        let found = sets.dropFirst().reduce(sets[0]) { $0.intersection($1) }
        return claim.source.map { source in found.filter { $0.source == source } } ?? found
    }

    /// The bookings of whoever goes by each word of this name, in any spelling of it.
    private func byName(_ name: String) throws -> Set<BookingKey> {
        let sets = try SearchTerm.spellings(ofName: name).map { spellings in
            try spellings.reduce(into: Set<BookingKey>()) { $0.formUnion(try ledger.bookings(under: [$1])) }
        }
        return sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
    }

    /// True where the booking was ever recorded for the claimed day, or no day is claimed.
    private func matches(_ history: BookingHistory?) -> Bool {
        guard let history, !history.entries.isEmpty else { return false }
        guard let day else { return true }
        return history.entries.contains { $0.entry.appointment?.start?.civil.day == day }
    }

    /// The booking whose recorded starts come closest to the claimed one; where nothing tells them apart, the manager
    /// is asked to.
    private func choose(among keys: Set<BookingKey>, in history: VerifiedHistory) throws -> BookingKey {
        let investigation = investigation(history, about: nil)
        // The ids that one arrangement has had lead to one.
        let formers = Dictionary(grouping: keys) { investigation.successor(of: $0) }
        guard formers.count > 1 else { return formers.first!.key }
        let sorted = formers.keys.sorted()
        if let claimed = claim.start {
            func distance(_ key: BookingKey) -> Int64 {
                formers[key]!.flatMap { history.bookings[$0]!.entries }.compactMap { $0.entry.appointment?.start }
                    .map { abs($0.minute - claimed.minute) }.min() ?? .max
            }
            let nearest = sorted.map(distance).min()!
            let closest = sorted.filter { distance($0) == nearest }
            // Somebody else's booking at about that time is not what was asked for.
            if closest.count == 1, nearest == 0 || namesSomebody { return closest[0] }
        }
        let missing = Set(try missing(among: Set(sorted)).map { BookingKey(source: $0.source!, booking: $0.booking!) })
        let lines = sorted.prefix(20).map { key in
            "  --booking \(key.booking) --source \(key.source)   "
                + investigation.account(of: key, isMissing: missing.contains(key))
        }
        throw Terminal.fail(
            "\(sorted.count) recorded bookings fit; say which one it is about:\n" + lines.joined(separator: "\n")
                + (sorted.count > 20 ? "\n  … or narrow it with --around DAY" : ""), 64)
    }

    /// True where it is said whose booking it is, or which.
    private var namesSomebody: Bool {
        [command.client, command.phone, command.email, command.booking].contains { $0 != nil }
    }

    /// What the last checks found of those of these bookings that the schedule lacks.
    private func missing(among keys: Set<BookingKey>) throws -> [Finding] {
        try Set(keys.map(\.source)).sorted().flatMap { source in
            try ledger.findings(of: source).compactMap { remembered -> Finding? in
                guard ["AR101", "AR113"].contains(remembered.code), let booking = remembered.booking,
                    keys.contains(BookingKey(source: source, booking: booking))
                else { return nil }
                var finding = Finding(printed: remembered.finding)
                finding?.life = nil
                return finding
            }
        }
    }

    private func settle(_ key: BookingKey, others: Set<BookingKey>) throws -> Verdict {
        let wanted = try ledger.neighbours(of: key).union(others).union([key])
        if let file = command.schedule {
            let (history, live) = try compared(file, key, wanted: wanted)
            return investigation(history, about: key).verdict(about: key, live: live)
        }
        let history = try ledger.history(of: wanted)
        return investigation(history, about: key).verdict(about: key, live: try remembered(key, history))
    }

    private func settleAbsence(of candidates: Set<BookingKey>) throws -> Verdict {
        let key = command.booking.flatMap { booking in
            claim.source.map { BookingKey(source: $0, booking: Identifier(booking)) }
        }
        if let file = command.schedule {
            let (history, live) = try compared(file, nil, wanted: candidates.union(key.map { [$0] } ?? []))
            return investigation(history, about: nil).absence(
                live: live, siblings: candidates.sorted(), key: key, withoutClients: try withoutClients())
        }
        // Silence says something only where the whole record is looked at; of it only the candidates are kept.
        let history = try ledger.wholeHistory(of: candidates.union(key.map { [$0] } ?? []))
        return investigation(history, about: nil).absence(
            live: .unread, siblings: candidates.sorted(), key: key, missing: try missing(among: candidates),
            withoutClients: try withoutClients())
    }

    /// The sources asked about in which nobody can be looked for by a client; none where that is not how it was asked.
    private func withoutClients() throws -> [Identifier] {
        guard [command.client, command.phone, command.email].contains(where: { $0 != nil }) else { return [] }
        return try ledger.sourcesWithoutClients().filter { claim.source == nil || $0 == claim.source }
    }

    private func investigation(_ history: VerifiedHistory, about key: BookingKey?) -> Investigation {
        let state = key.flatMap { history.bookings[$0] }.flatMap { Replay(readings: history.readings).state(of: $0) }
        let clock = LocalClock(zone: zone ?? state?.appointment.zone, rules: .system)
        return Investigation(history, claim: claim, thresholds: configuration.thresholds, clock: clock)
    }

    /// The clocks on which a verdict is shown.
    func clock(for verdict: Verdict) -> LocalClock {
        LocalClock(zone: zone ?? verdict.appointment?.zone, rules: .system)
    }

    private func compared(
        _ file: String, _ key: BookingKey?, wanted: Set<BookingKey>
    ) throws -> (history: VerifiedHistory, live: LiveKnowledge) {
        let snapshot = try ScheduleReading(
            file, command.scheduleOptions, configuration, keys: command.options.keyDirectory(configuration),
            now: ledger.now
        ).snapshot
        let history = try ledger.history(
            comparedWith: snapshot, thresholds: configuration.thresholds, wanted: wanted)
        let known = try ledger.findings(of: snapshot.coverage.source)
        let report = Reconciliation(
            of: history, with: snapshot, thresholds: configuration.thresholds, now: ledger.now,
            clock: LocalClock(zone: zone, rules: .system), missingBefore: RememberedFinding.missing(among: known),
            doubtedBefore: RememberedFinding.doubted(among: known)
        ).report()
        return (history, .compared(report, row: key.flatMap { snapshot.row(of: $0.booking) }))
    }

    private func remembered(_ key: BookingKey, _ history: VerifiedHistory) throws -> LiveKnowledge {
        let own = history.bookings[key]
        let readings = history.readings.filter { $0.coverage.source == key.source }
        func shows(_ reading: Reading) -> Bool { own?.presences.contains { $0.contains(reading.index) } ?? false }
        // The newest that can speak about it: one that shows it, or a complete one that reaches to its time.
        let known = own.flatMap { Replay(readings: readings).state(of: $0) }?.known
        let speaking = readings.last { reading in
            shows(reading)
                || reading.coverage.isComplete
                    && reading.coverage.includes(start: known?.start, practitioner: known?.practitioner)
        }
        guard let reading = speaking ?? readings.last else { return .unread }
        let isPresent = shows(reading)
        let all = try ledger.findings(of: key.source)
        let findings = all.compactMap { remembered -> (FindingCode, String)? in
            guard remembered.booking == key.booking, let code = FindingCode(rawValue: remembered.code) else {
                return nil
            }
            return (code, remembered.finding["sentence"]?.string ?? "")
        }
        let unjudged = all.last { remembered in
            remembered.finding["unproven"]?.array?.contains { $0["booking"]?.string == key.booking.text } ?? false
        }
        var finding = unjudged.flatMap { Finding(printed: $0.finding) }
        finding?.life = nil
        return .remembered(reading, isPresent: isPresent, findings: findings, unjudged: finding)
    }
}
