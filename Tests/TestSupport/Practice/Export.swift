import Bookings
import Transparency

/// One reading of a desk's schedule, with what went wrong on its way.
struct Export {
    enum Trouble: CaseIterable {
        case none, declaredPartial, silentPartial, empty, cancelledRemoved, cancelledUnsaid, undeclared, incomplete
        case shifted, wrongSummer, secondHourAsFirst, duplicated, oneDoctor, shortWindow, farWindow, noisy, anonymous
        case unmapped, wrongTotal

        static let weighted: [Trouble] = allCases + Array(repeating: .none, count: 12)
    }

    let trouble: Trouble
    var coverage: Coverage
    /// The rows as they are meant, without what a comparison must not mind.
    var rows: [LiveAppointment] = []
    /// The rows as they are written.
    var written: [LiveAppointment] = []
    var malformations: [Malformation] = []

    var snapshot: Snapshot {
        Snapshot(
            coverage: coverage, appointments: written, malformations: malformations, rows: written.count, digest: .zero)
    }

    /// True where it is declared complete, and has no fewer rows than it says.
    var isWhole: Bool {
        coverage.isComplete && max(coverage.rowCount ?? 0, coverage.totalReported ?? 0) <= rows.count
    }
}

extension Desk {
    mutating func export(at takenAt: Int64, random: inout SplitMix64) -> Export {
        var trouble = Export.Trouble.weighted.randomElement(using: &random)!
        // After a window that was too short, one that begins too late: days between that nobody looks at.
        if let last = record.readings.last?.coverage, last.to.map({ $0.instant < takenAt + 8 * 86_400 }) ?? false,
            random.chance(40)
        {
            trouble = .farWindow
        }
        var export = Export(trouble: trouble, coverage: coverage(trouble, takenAt, random: &random))
        let shift = ([60, -60, 330, 15, 61].randomElement(using: &random)!)
        for (id, row) in live.sorted(by: { $0.key < $1.key }) where export.coverage.covers(row.appointment) {
            var appointment = row.appointment
            if trouble == .cancelledRemoved, !appointment.isActive { continue }
            let start = appointment.start!.instant
            switch trouble {
            case .shifted: appointment.shift(shift)
            case .wrongSummer where start >= Britain.spring && start < Britain.autumn: appointment.shift(60)
            case .secondHourAsFirst where (Britain.autumn..<Britain.autumn + 3600).contains(start):
                appointment.shift(-60)
            default: break
            }
            export.rows.append(
                LiveAppointment(
                    booking: id, appointment: appointment,
                    personal: trouble == .anonymous ? [:] : ["client.id": row.client], row: 0))
        }
        export.rows.shuffle(using: &random)
        lose(&export, random: &random)
        for place in export.rows.indices {
            let row = export.rows[place]
            export.rows[place] = LiveAppointment(
                booking: row.booking, appointment: row.appointment, personal: row.personal, row: place + 2)
        }
        write(&export, random: &random)
        return export
    }

    private func coverage(_ trouble: Export.Trouble, _ takenAt: Int64, random: inout SplitMix64) -> Coverage {
        var coverage = Coverage(source: source, takenAt: Timestamp(seconds: takenAt))
        let today = takenAt - takenAt % 86_400
        coverage.from = Britain.time(today)
        coverage.to = Britain.time(today + 30 * 86_400)
        coverage.isComplete = true
        coverage.cancelled = .kept
        switch trouble {
        case .cancelledRemoved: coverage.cancelled = .removed
        case .cancelledUnsaid: coverage.cancelled = nil
        case .undeclared: (coverage.isComplete, coverage.from, coverage.to) = (false, nil, nil)
        case .incomplete: coverage.isComplete = false
        case .oneDoctor: coverage.practitioners = [["D7", "D8"], ["D7"]].randomElement(using: &random)!
        case .shortWindow: coverage.to = Britain.time(today + 7 * 86_400)
        case .farWindow: coverage.from = Britain.time(today + 20 * 86_400)
        default: break
        }
        return coverage
    }

    private func lose(_ export: inout Export, random: inout SplitMix64) {
        let count = export.rows.count
        switch export.trouble {
        case .declaredPartial:
            export.rows.removeLast(Int.random(in: 0...count, using: &random))
            export.coverage.rowCount = count
        case .silentPartial: export.rows.removeLast(min(count, .random(in: 0...count / 3, using: &random)))
        case .empty: export.rows = []
        case .wrongTotal:
            export.coverage.totalReported = count + .random(in: 0...2, using: &random)
        case .duplicated:
            for row in export.rows.prefix(3) {
                var second = row
                if random.chance(50) { second.appointment.location = "elsewhere" }
                export.rows.append(second)
            }
        default: break
        }
    }

    /// What a comparison must not mind, and what it must say of single values.
    private func write(_ export: inout Export, random: inout SplitMix64) {
        export.written = export.rows
        for place in export.rows.indices {
            switch export.trouble {
            case .noisy:
                let appointment = export.rows[place].appointment
                // The same minute, in another offset; blanks; letters in another composition.
                export.written[place].appointment.start = WallTime(
                    instant: appointment.start!.instant + .random(in: 0..<60, using: &random),
                    offset: [0, 3600, -18_000].randomElement(using: &random)!)
                export.written[place].appointment.practitioner = [
                    appointment.practitioner, " " + appointment.practitioner! + "\u{a0}",
                    appointment.practitioner!.replacing("\u{e9}", with: "e\u{301}"),
                ].randomElement(using: &random)!
            case .unmapped where random.chance(10):
                export.rows[place].appointment.status = .unknown
                export.written[place].appointment.status = .unknown
                export.malformations.append(
                    Malformation(
                        kind: [.unmappedStatus, .malformed, .noZone].randomElement(using: &random)!,
                        booking: export.rows[place].booking, row: place + 2, column: "status", reason: "no such word"))
            default: break
            }
        }
    }

    /// Compares, and records the reading where it is to be recorded.
    mutating func check(
        _ export: Export, at now: Int64, opened: Timestamp, heldOutside: Timestamp?, random: inout SplitMix64
    ) -> Practice.Check {
        let allowedBy = random.chance(60) ? "the manager" : nil
        var thresholds = Thresholds()
        thresholds.capacity = [nil, nil, 1, 2].randomElement(using: &random)!
        var truth = Truth(
            desk: self, export: export, isMassAllowed: allowedBy != nil, capacity: thresholds.capacity)
        var expected = truth.findings()
        if now - (heldOutside ?? opened).seconds > 2 * 86_400 {
            expected.append(ExpectedFinding(code: "AR406", booking: nil, severity: "warning", confidence: "proven"))
        }
        let isRecorded = random.chance(90)
        if isRecorded {
            var coverage = export.coverage
            coverage.isComplete = export.isWhole
            record.note(coverage, shown: Set(export.rows.map(\.booking)))
        }
        return Practice.Check(
            snapshot: export.snapshot, at: Timestamp(seconds: now), thresholds: thresholds, heldOutside: heldOutside,
            allowedBy: allowedBy, isRecorded: isRecorded,
            expected: expected, expectedBookings: truth.expected, description: "\(export.trouble)")
    }
}

extension Appointment {
    fileprivate mutating func shift(_ minutes: Int) {
        start = Britain.time(start!.instant + Int64(minutes) * 60)
        end = Britain.time(end!.instant + Int64(minutes) * 60)
    }
}
