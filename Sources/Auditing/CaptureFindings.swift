import Bookings

/// What speaks about the recording itself: gaps, clocks, deliveries, checkpoints kept outside.
extension Reconciliation {
    /// `explained` are the entries of which it is said already that they came after the loss that they explain.
    func captureFindings(explained: Set<Int>) -> [Finding] {
        sequenceFindings() + clockFindings() + lateFindings(besides: explained) + checkpointFindings()
    }

    /// The numbers missing from a source's own count, as ranges, between the first and the last that came.
    static func gaps(in sequences: [NumberedEvent]) -> [ClosedRange<Int>] {
        // Nearly always they came in their order already.
        let isAscending = zip(sequences, sequences.dropFirst()).allSatisfy { $0.sequence < $1.sequence }
        guard !isAscending else {
            return zip(sequences, sequences.dropFirst()).compactMap { before, after in
                after.sequence > before.sequence + 1 ? before.sequence + 1...after.sequence - 1 : nil
            }
        }
        let sorted = Set(sequences.map(\.sequence)).sorted()
        return zip(sorted, sorted.dropFirst()).compactMap { before, after in
            after > before + 1 ? before + 1...after - 1 : nil
        }
    }

    private func sequenceFindings() -> [Finding] {
        var findings: [Finding] = []
        let sequences = history.sequences[coverage.source] ?? []
        let gaps = Reconciliation.gaps(in: sequences)
        findings += singly(gaps) { gaps in
            let shown = gaps.prefix(5).map {
                $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)"
            }
            let count = gaps.reduce(0) { $0 + $1.count }
            return Finding(
                .ar402, source: coverage.source, detail: "number \(gaps.last!.lowerBound)",
                sentence: "\(Words.count(count, "event")) of \(coverage.source) never came: of its own numbering "
                    + "\(shown.joined(separator: ", "))\(gaps.count > 5 ? " and more" : "") "
                    + "\(count == 1 ? "is" : "are") missing.")
        }
        for gap in history.journal where gap.type == .captureGap && gap.source == coverage.source {
            findings.append(
                Finding(
                    .ar402, source: coverage.source, detail: "entry \(gap.index)", entries: [gap.index],
                    sentence:
                        "\(coverage.source) reported on \(clock.text(gap.occurred ?? gap.recorded)) that its recording "
                        + "had a gap."))
        }
        let overtaken = zip(sequences, sequences.dropFirst()).filter { $1.sequence <= $0.sequence }.map(\.1.index)
        if !overtaken.isEmpty {
            findings.append(
                Finding(
                    .ar405, source: coverage.source, entries: Array(overtaken.prefix(20)),
                    sentence:
                        "\(Words.count(overtaken.count, "event")) of \(coverage.source) came out of the order of its "
                        + "own numbering; they were recorded and put in their place."))
        }
        return findings
    }

    private func clockFindings() -> [Finding] {
        let entries = histories.flatMap { history in history.entries.map(\.entry).filter { $0.key == history.key } }
        let inOrder = (entries + history.journal).sorted { $0.index < $1.index }
        let back =
            history.ranBack
            ?? zip(inOrder, inOrder.dropFirst()).filter { $1.recorded < $0.recorded }.map(\.1.index)
        let findings = singly(back) { back in
            Finding(
                .ar404, source: coverage.source, detail: "entry \(back.last!)", entries: Array(back.prefix(20)),
                sentence:
                    "The recorder's clock ran back \(back.count == 1 ? "once" : "\(back.count) times"); the order of "
                    + "entries is that of their indexes.")
        }
        return findings + aheadFindings(entries + history.journal)
    }

    /// A clock that is ahead stays so with every event: one finding for each order of how far, so that who knows of
    /// minutes is told of days.
    private func aheadFindings(_ entries: [Entry]) -> [Finding] {
        var ahead: [String: [Int]] = [:]
        let orders = ["up to an hour", "up to a day", "more than a day"]
        for entry in entries {
            guard let occurred = entry.occurred, occurred > entry.recorded + thresholds.skew else { continue }
            let seconds = Timestamp.seconds(from: entry.recorded, to: occurred)
            ahead[orders[seconds <= 3600 ? 0 : seconds <= 86_400 ? 1 : 2], default: []].append(entry.index)
        }
        return orders.compactMap { order in
            guard let indexes = ahead[order] else { return nil }
            return Finding(
                .ar404, source: coverage.source, detail: "ahead \(order)",
                entries: Array(indexes.sorted().prefix(20)),
                sentence: "\(Words.count(indexes.count, "event")) of \(coverage.source) "
                    + "\(indexes.count == 1 ? "says" : "say") that it happened \(order) after it was recorded: the "
                    + "source's clock is ahead. The time of recording counts.")
        }
    }

    /// Each is a finding of its own, so that one that is acknowledged hides no other. Where there are many, those after
    /// the first are one finding, which is named by its last and so a new one with each that comes.
    private func singly<Thing>(_ things: [Thing], _ finding: (ArraySlice<Thing>) -> Finding) -> [Finding] {
        let most = 10
        let rest = things.dropFirst(most)
        return things.indices.prefix(most).map { finding(things[$0...$0]) } + (rest.isEmpty ? [] : [finding(rest)])
    }

    /// Lateness means something from when the source said that its capture started; before that, history is brought in.
    private func lateFindings(besides explained: Set<Int>) -> [Finding] {
        let started = history.journal.filter { $0.type == .captureStarted && $0.source == coverage.source }
        guard let first = started.first else { return [] }
        let start = first.occurred ?? first.recorded
        var early = history.settled.early
        var findings: [Finding] = []
        for history in histories {
            for entry in history.entries.map(\.entry)
            where entry.key == history.key && !explained.contains(entry.index) {
                guard let occurred = entry.occurred,
                    Timestamp.seconds(from: occurred, to: entry.recorded) > thresholds.late
                else { continue }
                if occurred < start {
                    early.append(entry.index)
                    continue
                }
                findings.append(
                    Finding(
                        .ar304, source: coverage.source, booking: history.key.booking, entries: [entry.index],
                        sentence:
                            "An event about booking \(Words.quoted(history.key.booking)) says that it happened on "
                            + "\(clock.text(occurred)), and was recorded "
                            + "\(Words.duration(Timestamp.seconds(from: occurred, to: entry.recorded))) later."))
            }
        }
        if !early.isEmpty {
            findings.append(
                Finding(
                    .ar304, source: coverage.source, detail: "entry \(early.max()!)", severity: .info,
                    entries: Array(early.sorted().prefix(20)),
                    sentence:
                        "\(Words.count(early.count, "event")) happened before the recording of \(coverage.source) began, "
                        + "and \(early.count == 1 ? "was" : "were") brought in later."))
        }
        return findings
    }

    private func checkpointFindings() -> [Finding] {
        guard let since = history.lastHeldOutside ?? history.opened,
            Timestamp.seconds(from: since, to: now) > thresholds.heldOutside
        else { return [] }
        let sentence =
            history.lastHeldOutside == nil
            ? "No checkpoint was ever kept outside this ledger's reach"
            : "The last checkpoint kept outside is of \(clock.text(since))"
        return [
            Finding(
                .ar406, source: nil,
                detail: (history.lastHeldOutside?.text.prefix(10)).map { "since \($0)" } ?? "never",
                sentence: "\(sentence): whoever holds both ledger and key could rewrite what came after, unseen.")
        ]
    }
}

/// What the record says about itself, for the bookings inside the window.
extension Reconciliation {
    func recordFindings(in judged: [BookingHistory]) -> [Finding] {
        judged.flatMap { noticeFindings($0) + deliveryFindings($0) + transitionFindings($0) + habitFindings($0) }
    }

    /// The practice's last cancellation, deletion or move, where no notice of it is recorded to have reached anyone.
    func noticeFindings(_ history: BookingHistory) -> [Finding] {
        let isLinked = history.entries.contains { $0.entry.supersedes != nil }
        // An arrangement that goes on under another id is judged there, with all its notices.
        if isLinked, case .superseded? = replay.state(of: history)?.standing { return [] }
        let line = isLinked ? self.history.lineage(of: history.key) : history
        guard let action = PracticeAction.lastUnnoticed(in: line, replay: replay) else { return [] }
        return [
            Finding(
                .ar302, source: history.key.source, booking: history.key.booking,
                entries: [action.entry.index] + action.failed.map(\.index), recorded: action.appointment.json,
                sentence: action.sentence)
        ]
    }

    private func deliveryFindings(_ history: BookingHistory) -> [Finding] {
        let byEvent = Dictionary(
            grouping: history.entries.map(\.entry).filter { $0.event != nil && $0.key == history.key }
        ) {
            $0.event!
        }
        return byEvent.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { _, entries in
            Finding(
                .ar405, source: history.key.source, booking: history.key.booking, severity: .warning,
                entries: entries.map(\.index),
                sentence: "The same event about booking \(Words.quoted(history.key.booking)) came "
                    + "\(entries.count) times with different content; each is recorded.")
        }
    }

    private func transitionFindings(_ history: BookingHistory) -> [Finding] {
        var standing: BookingState.Standing?
        // What a reading showed first, and what was found when recording began, an event may still come to tell.
        var isInferred = false
        var last: (client: String?, start: WallTime?)
        var findings: [Finding] = []
        let name = Words.quoted(history.key.booking)
        func impossible(_ entry: Entry, _ what: String) {
            findings.append(
                Finding(
                    .ar407, source: history.key.source, booking: history.key.booking, entries: [entry.index],
                    sentence:
                        "Booking \(name) \(what), on \(clock.text(entry.recorded)): that order of events cannot be."))
        }
        for recorded in replay.ordered(history) where recorded.entry.type.family == .booking {
            let entry = recorded.entry
            guard entry.key == history.key else { break }
            let client = recorded.disclosed["client.id"]
            switch (entry.type, standing) {
            case (.created, .deleted?):
                let start = entry.appointment?.start
                // A client that is not disclosed is not another one.
                let isOther = client != nil && last.client != nil && client != last.client
                if isOther || start?.minute != last.start?.minute {
                    findings.append(
                        Finding(
                            .ar108, source: history.key.source, booking: history.key.booking, entries: [entry.index],
                            sentence:
                                "The id \(name) was given again, on \(clock.text(entry.recorded)), after its booking was "
                                + "deleted."))
                }
            case (.created, _?) where isInferred && entry.basis == .reported: break
            case (.created, _?): impossible(entry, "was created a second time")
            case (.modified, nil) where entry.supersedes == nil, (.cancelled, nil) where entry.supersedes == nil:
                impossible(entry, "was changed before it was created")
            case (.deleted, nil): impossible(entry, "was deleted before it was created")
            case (.deleted, .deleted?): impossible(entry, "was deleted a second time")
            case (.modified, .deleted?), (.cancelled, .deleted?): impossible(entry, "was changed after it was deleted")
            default: break
            }
            switch entry.type {
            case .deleted: standing = .deleted
            case .cancelled: standing = .cancelled
            default: standing = .live
            }
            if entry.type == .created { isInferred = entry.basis == .observed || entry.basis == .baseline }
            last = (client ?? last.client, entry.appointment?.start ?? last.start)
        }
        return findings
    }
}
