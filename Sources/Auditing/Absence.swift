public import Bookings

extension Investigation {
    /// The verdict where nothing is recorded that fits the claim. `siblings` are other bookings of the same client, and
    /// `missing` what the last checks found of those that the schedule lacks. In the sources `withoutClients` nobody can be
    /// looked for by a client.
    public func absence(
        live: LiveKnowledge, siblings: [BookingKey], key: BookingKey? = nil, missing: [Finding] = [],
        withoutClients: [Identifier] = []
    ) -> Verdict {
        let known = siblings.compactMap { key -> (key: BookingKey, state: BookingState)? in
            history.bookings[key].flatMap { replay.state(of: $0) }.map { (key, $0) }
        }.sorted { (distance($0.state), $0.key) < (distance($1.state), $1.key) }
        var lost = missing
        if case .compared(let report, _) = live { lost = report.findings }
        let missing = known.compactMap { one -> Finding? in
            guard one.state.standing == .live else { return nil }
            return lost.first {
                [.ar101, .ar113].contains($0.code) && $0.source == one.key.source && $0.booking == one.key.booking
            }
        }
        let isMissing = Set(missing.compactMap(\.booking))
        let others = known.map { one in
            Finding(
                .ar301, source: one.key.source, booking: one.key.booking, entries: [one.state.entry.index],
                recorded: one.state.appointment.json,
                sentence: "\(Words.booking(one.key.booking, one.state.known)) of the same client is recorded, and "
                    + "\(standing(of: one.state, isMissing: isMissing.contains(one.key.booking))).")
        }
        let cover = Cover(claim: claim, key: key, history: history, clock: clock)
        let what =
            claim.start.map { "Nothing is recorded for \(Words.time($0))." }
            ?? key.map { "Nothing is recorded about booking \(Words.quoted($0.booking))." }
            ?? claim.day.map { "Nothing is recorded for \(Words.day($0.civil))." }
            ?? "Nothing is recorded that fits."
        // What is nearest to the claim and lost is what it may be about.
        let first = others.filter { isMissing.contains($0.booking!) }.map(\.sentence)
        let reach =
            withoutClients.isEmpty
            ? cover.sentence
            : "\(withoutClients.map { Words.quoted($0) }.joined(separator: ", ")) "
                + "\(withoutClients.count == 1 ? "records" : "record") no clients, so nobody can be looked for by one there: "
                + "ask by --booking, or by the day alone with --around or --claimed-start."
        return Verdict(
            answer: cover.isGapless && withoutClients.isEmpty ? .notRecorded : .inconclusive,
            sentence: (first + [what, reach]).joined(separator: " "), key: nil, appointment: nil,
            timeline: Timeline(of: [], readings: []), notices: [], windowOfLoss: nil, siblings: others,
            findings: ledgerFindings + missing + others.filter { !isMissing.contains($0.booking!) },
            limits: limits(live: live, source: claim.source), assurance: history.verification.assurance)
    }

    /// One of several bookings that fit a claim, in words: when, with whom, and how it stands.
    public func account(of key: BookingKey, isMissing: Bool) -> String {
        guard let own = history.bookings[key], let state = replay.state(of: own) else { return "no time is recorded" }
        let when = state.known.start.map { Words.time($0) } ?? "no start"
        let with = state.known.practitioner.map { " with \($0)" } ?? ""
        let day = (claim.start ?? claim.day)?.civil.day
        let then = replay.states(of: history.lineage(of: key)).compactMap(\.appointment?.start).last {
            $0.civil.day == day
        }
        let moved = then.flatMap { then in
            state.known.start.flatMap {
                $0.civil.day == then.civil.day ? nil : "; moved there from \(Words.time(then))"
            }
        }
        return "\(when)\(with)\(moved ?? ""); \(standing(of: state, isMissing: isMissing))"
    }

    private func standing(of state: BookingState, isMissing: Bool) -> String {
        switch state.standing {
        case .live: isMissing ? "is missing from the schedule" : "stands"
        case .cancelled: "is cancelled"
        case .deleted: "is deleted"
        case .superseded(let next): "goes on as booking \(Words.quoted(next))"
        }
    }

    /// How far from the claimed time, or the middle of the claimed day, a booking starts, in minutes.
    private func distance(_ state: BookingState) -> Int64 {
        guard let claimed = claim.start ?? claim.day, let start = state.known.start else { return .max }
        return claim.start == nil
            ? Int64(abs(start.civil.day - claimed.civil.day)) * 1440 : abs(start.minute - claimed.minute)
    }
}
