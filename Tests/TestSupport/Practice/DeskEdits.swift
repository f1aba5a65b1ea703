import Bookings

/// What is done to a schedule.
extension Desk {
    enum Edit: String, CaseIterable {
        case book, bookPair, bookSeries, enterTwice
        case move, moveFar, reassign, relocate, rename, swapClient
        case arrive, finish, missVisit, undoVisit
        case cancel, cancelAgain, uncancel, delete, deleteAgain, purge, createAgain
        case sayCancelled, sayDeleted
        case drop, comeBack
        case explainByDeletion, explainByCancellation, explainByMove, explainByNewID, explainByDeletedID
        case attestDeletion, attestCancellation
        case rekey, rekeyAndLeave, rekeyUntold, tellRekey
        case reuse, reuseUntold, takeOver, restore, restoreUntold
        case dropUnrecorded, changeUnrecorded
        case gap, heartbeat

        static let weighted: [Edit] =
            allCases + Array(repeating: .book, count: 22) + [.bookPair, .bookSeries, .move, .move, .cancel, .cancel]
            + [.delete, .delete, .drop, .comeBack, .comeBack, .rekey, .rekey, .arrive, .finish]
    }

    mutating func edit(at now: Int64) {
        var edit = Edit.weighted.randomElement(using: &random)!
        if edit == .gap, !random.chance(5) { edit = .book }
        if !perform(edit, at: now) {
            edit = .book
            _ = perform(edit, at: now)
        }
        kinds[edit.rawValue, default: 0] += 1
    }

    /// False where there is no booking to do it to.
    private mutating func perform(_ edit: Edit, at now: Int64) -> Bool {
        switch edit {
        case .book, .bookPair, .bookSeries: book(edit, at: now)
        case .gap: sayOfSource(.captureGap, at: now)
        case .heartbeat: sayOfSource(.captureHeartbeat, at: now)
        case .enterTwice, .move, .moveFar, .reassign, .relocate, .rename, .swapClient, .arrive, .finish, .missVisit,
            .cancel, .delete, .sayCancelled, .sayDeleted, .drop, .rekey, .rekeyAndLeave, .rekeyUntold, .createAgain,
            .takeOver:
            guard let id = pick(at: now, { $0.isStanding($1, at: now) }) else { return false }
            return changeStanding(edit, id, at: now)
        case .undoVisit, .cancelAgain, .uncancel, .purge, .deleteAgain, .reuse, .reuseUntold, .restore, .restoreUntold:
            return changeEnded(edit, at: now)
        default: return changeMissing(edit, at: now)
        }
        return true
    }

    private mutating func pick(at now: Int64, _ isFit: (Desk, Identifier) -> Bool) -> Identifier? {
        for _ in 0..<20 {
            guard let id = ids.randomElement(using: &random) else { return nil }
            if isCounting ? true : !isBusy(id), isFit(self, id) { return id }
        }
        return nil
    }

    /// True where record and schedule both have it as standing, and it is some time off.
    private func isStanding(_ id: Identifier, at now: Int64) -> Bool {
        guard let row = live[id], row.appointment.isActive, let state = record.state(id), state.standing == .live else {
            return false
        }
        return [row.appointment.start, state.appointment.start].allSatisfy { $0!.instant > now + 86_400 }
            && (state.client == row.client)
    }

    private mutating func book(_ edit: Edit, at now: Int64) {
        var row = Row(appointment: someAppointment(after: now), client: freshClient())
        let count = edit == .book ? 1 : edit == .bookPair ? 2 : 4
        if edit == .bookSeries { row.appointment.series = "series-\(row.client)" }
        for place in 0..<count {
            if place > 0, edit == .bookPair { row.appointment.begin(someStart(after: now)) }
            if edit == .bookSeries {
                if place > 0 { row.appointment.begin(Britain.time(row.appointment.start!.instant + 7 * 86_400)) }
                row.appointment.occurrence = row.appointment.start!.text
            }
            let id = freshID()
            live[id] = row
            tell(.created, id, row, at: now + Int64(place), way: edit == .book ? nil : .prompt)
        }
    }

    private mutating func changeStanding(_ edit: Edit, _ id: Identifier, at now: Int64) -> Bool {
        var row = live[id]!
        switch edit {
        case .enterTwice:
            let second = freshID()
            live[second] = row
            tell(.created, second, row, at: now)
            return true
        case .move: row.appointment.begin(someStart(after: now))
        case .moveFar: row.appointment.begin(Britain.time(row.appointment.start!.instant + 60 * 86_400))
        case .reassign: row.appointment.practitioner = row.appointment.practitioner == "D7" ? "D8" : "D7"
        case .relocate: row.appointment.location = "room-\(now % 7)"
        case .rename: row.appointment.service = "service-\(now % 5)"
        case .swapClient: row.client = freshClient()
        case .arrive: row.appointment.status = .arrived
        case .finish: row.appointment.status = .fulfilled
        case .missVisit: row.appointment.status = .noshow
        case .cancel:
            row.appointment.status = .cancelled
            live[id] = row
            tell(.cancelled, id, row, at: now)
            return true
        case .delete:
            live[id] = nil
            tell(.deleted, id, nil, at: now)
            return true
        case .sayCancelled:
            tell(.cancelled, id, row, at: now, way: .prompt)
            return true
        case .sayDeleted:
            tell(.deleted, id, nil, at: now, way: .prompt)
            return true
        case .createAgain:
            tell(.created, id, row, at: now, way: .prompt)
            return true
        case .drop:
            live[id] = nil
            return true
        case .rekey, .rekeyAndLeave, .rekeyUntold: return rekey(edit, id, at: now)
        case .takeOver:
            // Another client's booking at another time under the same id, and not a word.
            live[id] = Row(appointment: someAppointment(after: now), client: freshClient())
            return true
        default: return false
        }
        live[id] = row
        tell(.modified, id, row, at: now)
        return true
    }

    private mutating func rekey(_ edit: Edit, _ id: Identifier, at now: Int64) -> Bool {
        let row = live[id]!
        let recorded = record.state(id)!.appointment
        if edit == .rekeyUntold {
            guard !isBusy(id), recorded.start == row.appointment.start else { return false }
        }
        let new = freshID()
        var moved = row
        if edit != .rekeyUntold, random.chance(40) { moved.appointment.begin(someStart(after: now)) }
        live[new] = moved
        live[id] = nil
        switch edit {
        case .rekeyUntold: successors[id] = new
        case .rekeyAndLeave:
            live[id] = row
            if random.chance(50) { live[id]!.appointment.status = .cancelled }
            tell(.modified, new, moved, at: now, way: .prompt, supersedes: id)
        default:
            tell(.modified, new, moved, at: now, way: random.chance(70) ? .prompt : .late, supersedes: id)
        }
        return true
    }

    private mutating func changeEnded(_ edit: Edit, at now: Int64) -> Bool {
        func pickEnded(_ standing: Record.Standing, _ isFit: @escaping (Row?) -> Bool) -> Identifier? {
            pick(at: now) { desk, id in
                guard let state = desk.record.state(id), !desk.isBusy(id), desk.record.links[id] == nil else {
                    return false
                }
                return state.standing == standing && state.appointment.start!.instant > now + 86_400
                    && isFit(desk.live[id])
            }
        }
        switch edit {
        case .undoVisit:
            let id = pickEnded(.live) { $0?.appointment.status?.progress == 2 }
            guard let id else { return false }
            live[id]!.appointment.status = .booked
            tell(.modified, id, live[id], at: now)
        case .cancelAgain, .uncancel, .purge:
            let id = pickEnded(.cancelled) { $0?.appointment.isActive == false }
            guard let id else { return false }
            if edit == .cancelAgain { tell(.cancelled, id, live[id], at: now, way: .prompt) }
            if edit == .uncancel {
                live[id]!.appointment.status = .booked
                tell(.modified, id, live[id], at: now)
            }
            if edit == .purge {
                live[id] = nil
                tell(.deleted, id, nil, at: now, way: .prompt)
            }
        default:
            let id = pickEnded(.deleted) { $0 == nil }
            guard let id, let state = record.state(id), let client = state.client else { return false }
            let old = Row(appointment: state.appointment, client: client)
            let other = Row(appointment: someAppointment(after: now), client: freshClient())
            switch edit {
            case .deleteAgain: tell(.deleted, id, nil, at: now, way: .prompt)
            case .restore, .restoreUntold: live[id] = old
            default: live[id] = other
            }
            if edit == .reuse || edit == .restore { tell(.created, id, live[id], at: now, way: .prompt) }
        }
        return true
    }

    /// What is done to, and said of, bookings that are gone, or that nobody recorded.
    private mutating func changeMissing(_ edit: Edit, at now: Int64) -> Bool {
        if edit == .dropUnrecorded || edit == .changeUnrecorded {
            let id = pick(at: now) { desk, id in
                desk.live[id] != nil && desk.record.tellings[id] == nil && !desk.isBusy(id)
                    && !desk.successors.values.contains(id)
            }
            guard let id else { return false }
            if edit == .dropUnrecorded {
                live[id] = nil
            } else {
                live[id]!.appointment.location = "found"
                tell(.modified, id, live[id], at: now, way: .prompt)
            }
            return true
        }
        let isRekeyed = edit == .tellRekey
        let id = pick(at: now) { desk, id in
            // A person may attest while older words of the source are still on their way.
            let mayBeBusy = desk.isCounting && (edit == .attestDeletion || edit == .attestCancellation)
            guard desk.live[id] == nil, mayBeBusy || !desk.isBusy(id), let state = desk.record.state(id),
                state.standing == .live
            else {
                return false
            }
            return (desk.successors[id] != nil) == isRekeyed && state.appointment.start!.instant > now + 86_400
        }
        guard let id, let state = record.state(id), let client = state.client else { return false }
        var row = Row(appointment: state.appointment, client: client)
        // Back-dated to before the reading that lacked it, so that only the order of the record tells.
        let past: Int64? = random.chance(60) ? now - .random(in: 3600...70 * 3600, using: &random) : nil
        switch edit {
        case .comeBack: live[id] = row
        case .explainByDeletion: tell(.deleted, id, nil, at: now, way: .prompt, occurred: past)
        case .explainByCancellation: tell(.cancelled, id, row, at: now, way: .prompt, occurred: past)
        case .explainByMove:
            row.appointment.begin(Britain.time(row.appointment.start!.instant + 70 * 86_400))
            tell(.modified, id, row, at: now, way: .prompt, occurred: past)
            // It is said to stand there; whether it does shows when a window reaches so far.
            if random.chance(50) { live[id] = row }
        case .explainByNewID, .explainByDeletedID:
            let new = freshID()
            if random.chance(50) { row.appointment.begin(Britain.time(row.appointment.start!.instant + 70 * 86_400)) }
            tell(.modified, new, row, at: now, way: .prompt, supersedes: id, occurred: past)
            if edit == .explainByDeletedID { tell(.deleted, new, nil, at: now + 2, way: .prompt, occurred: past) }
        case .attestDeletion: tell(.deleted, id, nil, at: now, way: .prompt, basis: .attested)
        case .attestCancellation: tell(.cancelled, id, row, at: now, way: .prompt, basis: .attested)
        case .tellRekey:
            let new = successors.removeValue(forKey: id)!
            guard let row = live[new] else { return false }
            tell(.modified, new, row, at: now, way: .prompt, supersedes: id)
        default: return false
        }
        return true
    }
}
