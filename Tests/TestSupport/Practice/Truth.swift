import Bookings

/// What a comparison must find: the rules of reconciling, one booking at a time, without any thought for speed.
struct Truth {
    let desk: Desk
    let export: Export
    let isMassAllowed: Bool
    /// How many appointments a practitioner or a room can have at once; `nil` where nobody said.
    let capacity: Int?
    private typealias Missing = (id: Identifier, state: Record.State, explanation: Int?)
    private var found: [ExpectedFinding] = []
    private var missing: [Missing] = []
    private var moved: [(id: Identifier, minutes: Int64, others: [String])] = []
    private var judged: [Identifier] = []
    private var outside = 0
    /// How many bookings the record expects in the window.
    private(set) var expected = 0

    init(desk: Desk, export: Export, isMassAllowed: Bool, capacity: Int?) {
        self.desk = desk
        self.export = export
        self.isMassAllowed = isMassAllowed
        self.capacity = capacity
    }

    private var record: Record { desk.record }
    private var coverage: Coverage { export.coverage }
    private var asOf: Timestamp { coverage.takenAt - Record.skew }

    private static let severities = [
        "AR101": "critical", "AR102": "error", "AR103": "warning", "AR104": "error", "AR105": "error",
        "AR106": "error", "AR107": "warning", "AR108": "critical", "AR109": "warning", "AR110": "error",
        "AR111": "warning", "AR112": "error", "AR113": "error", "AR114": "info", "AR115": "info", "AR116": "info",
        "AR201": "error",
        "AR202": "error", "AR203": "error", "AR204": "warning", "AR205": "error", "AR206": "warning",
        "AR207": "warning",
        "AR301": "info", "AR302": "warning", "AR303": "info", "AR304": "warning", "AR305": "info", "AR402": "error",
        "AR404": "warning", "AR405": "info", "AR407": "warning",
    ]

    private mutating func find(
        _ code: String, _ booking: Identifier? = nil, severity: String? = nil, confidence: String = "proven",
        says: [String] = []
    ) {
        found.append(
            ExpectedFinding(
                code: code, booking: booking, severity: severity ?? Truth.severities[code]!, confidence: confidence,
                says: says))
    }

    /// Every finding. Called once.
    mutating func findings() -> [ExpectedFinding] {
        let rows = Dictionary(export.rows.map { ($0.booking, $0) }, uniquingKeysWith: { first, _ in first })
        for id in desk.ids where record.tellings[id] != nil { judge(id, rows[id], rows) }
        let replacements = judgeReplaced(rows)
        judgeMoved()
        judgeMissing(rows)
        judgeUnrecorded(rows.values.filter { record.tellings[$0.booking] == nil && !replacements.contains($0.booking) })
        if outside > 0 { find("AR115") }
        judgeExport()
        judgeRecord()
        for id in judged { judgeHabits(id) }
        return found
    }

    // MARK: One booking

    private mutating func judge(_ id: Identifier, _ row: LiveAppointment?, _ rows: [Identifier: LiveAppointment]) {
        let isTouched = record.tellings[id]!.contains {
            $0.effective > asOf && $0.effective <= coverage.takenAt + Record.skew
        }
        guard !isTouched, let state = record.state(id, asOf: asOf) else { return }
        let isInside = coverage.covers(state.appointment)
        if isInside { judged.append(id) }
        switch state.standing {
        case .live:
            if isInside { expected += 1 }
            if let row {
                compare(id, state, row)
            } else if isInside {
                miss(id, state, rows)
            } else if !explainAfterwards(id, state) {
                if state.last.type == .modified, let former = state.former, coverage.covers(former) {
                    find("AR116", id)
                } else {
                    outside += 1
                }
            }
        case .cancelled:
            explainAfterwards(id, state)
            guard let row, row.appointment.isActive, row.appointment.status != .unknown else { return }
            find(isAnothers(state, row) ? "AR108" : "AR105", id)
        case .deleted:
            explainAfterwards(id, state)
            if let row { find(isAnothers(state, row) ? "AR108" : "AR102", id) }
        case .superseded(let next):
            if let row, row.appointment.isActive, row.appointment.status != .unknown {
                find(isAnothers(state, row) ? "AR108" : "AR105", id)
            }
            if row == nil, !isFound(next, rows) { explainAfterwards(id, state) }
        }
    }

    private func isAnothers(_ state: Record.State, _ row: LiveAppointment) -> Bool {
        guard let before = state.client, let after = row.personal["client.id"] else { return false }
        return before != after && state.appointment.start?.minute != row.appointment.start?.minute
    }

    /// True where a booking was seen under the id that took it over, or is looked for there.
    private func isFound(_ id: Identifier, _ rows: [Identifier: LiveAppointment]) -> Bool {
        var next = id
        var seen: Set<Identifier> = []
        while seen.insert(next).inserted {
            if rows[next] != nil || record.lastSeen[next] != nil { return true }
            guard let state = record.state(next, asOf: asOf) else { return false }
            if state.standing == .live { return coverage.covers(state.appointment) }
            guard case .superseded(let other) = state.standing else { return false }
            next = other
        }
        return false
    }

    /// A loss that a reading had shown before anybody said something of it stays, while the window is still over it.
    @discardableResult
    private mutating func explainAfterwards(_ id: Identifier, _ state: Record.State) -> Bool {
        let lack = state.last.type == .deleted ? state.last.lack.inAny : state.last.lack.withCancelledRows
        guard !state.last.isAttested, let lack, coverage.covers(lack.start, lack.practitioner) else { return false }
        find("AR101", id, says: ["explained afterwards"])
        find("AR304", id)
        lateNumbers.insert(state.last.number)
        return true
    }

    /// Tellings of which it is said already that they came late.
    private var lateNumbers: Set<Int> = []

    private mutating func miss(_ id: Identifier, _ state: Record.State, _ rows: [Identifier: LiveAppointment]) {
        let later = record.tellings[id]!.last {
            ($0.type == .deleted || $0.type == .cancelled || $0.booking != id) && $0.effective > asOf
        }
        if let later, later.isAttested || later.booking != id && rows[later.booking] != nil { return }
        missing.append((id, state, later?.number))
    }

    private mutating func compare(_ id: Identifier, _ state: Record.State, _ row: LiveAppointment) {
        let (told, shown) = (state.appointment, row.appointment)
        if isAnothers(state, row) {
            find("AR108", id)
            if coverage.covers(told) { miss(id, state, [:]) }
            return
        }
        if !shown.isActive { return find("AR106", id) }
        if told.status?.progress == 2, let now = shown.status?.progress, now < 2 { return find("AR107", id) }
        var others: [String] = []
        if told.practitioner != shown.practitioner { others.append("practitioner") }
        if told.service != shown.service { others.append("service") }
        if told.location != shown.location { others.append("location") }
        if let before = told.status?.progress, let after = shown.status?.progress, before != after {
            others.append("status")
        }
        if let client = row.personal["client.id"], client != state.client { others.append("client") }
        let minutes = shown.start!.minute - told.start!.minute
        if minutes != 0 {
            moved.append((id, minutes, others))
        } else if !others.isEmpty {
            alter(id, others)
        }
    }

    private mutating func alter(_ id: Identifier, _ fields: [String]) {
        let isSlight = Set(fields).isSubset(of: ["status", "service"])
        find("AR104", id, severity: isSlight ? "warning" : "error", says: fields)
    }

    private mutating func judgeMoved() {
        for (minutes, group) in Dictionary(grouping: moved, by: \.minutes) {
            let isZone = minutes % 15 == 0 && abs(minutes) <= 840 && group.count >= 3 && group.count * 2 >= moved.count
            if isZone { find("AR110") }
            for one in group {
                if !isZone {
                    alter(one.id, one.others + ["start"])
                } else if !one.others.isEmpty {
                    alter(one.id, one.others)
                }
            }
        }
    }

    // MARK: What is missing, and what nobody recorded

    /// The likest pair is taken first, of those alike the one whose starts are closest, and so on while there is one.
    private mutating func judgeReplaced(_ rows: [Identifier: LiveAppointment]) -> Set<Identifier> {
        var taken: Set<Identifier> = []
        let free = rows.values.filter { record.tellings[$0.booking] == nil }.sorted { $0.booking < $1.booking }
        missing.sort { $0.id < $1.id }
        while true {
            var best: (place: Int, row: Identifier, score: Int, apart: Int64)?
            for (place, one) in missing.enumerated() {
                let told = one.state.appointment
                for row in free where !taken.contains(row.booking) {
                    let shown = row.appointment
                    let isSame =
                        told.occurrence != nil && shown.series == told.series && shown.occurrence == told.occurrence
                    let isClients = row.personal["client.id"] == one.state.client
                    let score = isSame ? 1000 : isClients ? likeness(row, told) : 0
                    let apart = abs(shown.start!.minute - told.start!.minute)
                    guard score >= 70 else { continue }
                    if best == nil || score > best!.score || score == best!.score && apart < best!.apart {
                        best = (place, row.booking, score, apart)
                    }
                }
            }
            guard let best else { return taken }
            find("AR111", missing[best.place].id, confidence: "likely")
            taken.insert(best.row)
            missing.remove(at: best.place)
        }
    }

    private func likeness(_ row: LiveAppointment, _ told: Appointment) -> Int {
        let shown = row.appointment
        let minutes = abs(shown.start!.minute - told.start!.minute)
        return 40 + (minutes == 0 ? 40 : minutes < 8 * 1440 ? 20 : 0)
            + (shown.practitioner == told.practitioner ? 15 : 0) + (shown.service == told.service ? 5 : 0)
    }

    private var isPartial: Bool {
        let says = [coverage.rowCount, coverage.totalReported].compactMap { $0 }
        if says.contains(where: { $0 > export.rows.count }) { return true }
        if let count = coverage.rowCount, count != export.rows.count { return true }
        return !coverage.isComplete && coverage.from != nil
    }

    private mutating func judgeMissing(_ rows: [Identifier: LiveAppointment]) {
        guard !missing.isEmpty, !isPartial else { return }
        let nights = Dictionary(grouping: missing) { record.gone[$0.id] }.values
        let isMass = nights.contains { lost in
            let lone = lost.filter { $0.state.appointment.series == nil }
            let series = Dictionary(grouping: lost.filter { $0.state.appointment.series != nil }) {
                $0.state.appointment.series!
            }
            let causes = lone + series.values.map { $0[0] }
            let most = Dictionary(grouping: causes) { $0.state.client }.values.map(\.count).max()!
            let counted = causes.count - (most > 1 ? most : 0)
            return counted > 5 && counted > expected * 10 / 100
        }
        if !isMassAllowed, rows.isEmpty || isMass { return find("AR202") }
        let isProven = coverage.isComplete && coverage.cancelled == .kept
        for one in missing {
            let series = one.state.appointment.series
            let isOccurrence = series != nil && rows.values.contains { $0.appointment.series == series }
            var says =
                one.explanation != nil ? ["explained afterwards"] : ["No cancellation and no deletion is recorded"]
            if let seen = record.lastSeen[one.id] {
                says.append(
                    "last seen in the schedule on \(Truth.text(seen)), and was gone on "
                        + Truth.text(record.gone[one.id] ?? coverage.takenAt))
            }
            find(
                isOccurrence ? "AR113" : "AR101", one.id, severity: isProven ? nil : "warning",
                confidence: isProven ? "proven" : "unproven", says: says)
            if let number = one.explanation {
                find("AR304", one.id)
                lateNumbers.insert(number)
            }
            if isProven { for sibling in siblings(of: one.id) { find("AR301", sibling) } }
        }
    }

    /// `2 June 2026 at 02:00 UTC`: readings are taken on the hour.
    private static func text(_ moment: Timestamp) -> String {
        let months = [
            "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        ]
        let civil = CivilTime(seconds: moment.seconds)!
        return "\(civil.date.day) \(months[civil.date.month - 3]) \(civil.date.year) at \(civil.clockText) UTC"
    }

    /// Bookings of the same client that the same login made within two minutes.
    private func siblings(of id: Identifier) -> [Identifier] {
        func made(_ id: Identifier) -> Record.Telling? {
            record.tellings[id]?.filter { $0.type == .created && $0.booking == id }.min { $0.number < $1.number }
        }
        guard let own = made(id), let actor = own.actor, actor.id != nil else { return [] }
        return desk.ids.filter { other in
            guard other != id, let telling = made(other) else { return false }
            return telling.client == own.client && telling.actor == actor
                && abs(Timestamp.seconds(from: own.effective, to: telling.effective)) <= 120
        }
    }

    private mutating func judgeUnrecorded(_ rows: [LiveAppointment]) {
        if record.tellings.isEmpty, rows.count > 1 { return find("AR103") }
        for row in rows {
            let wasMissed = record.readings.contains {
                $0.coverage.isComplete && $0.coverage.covers(row.appointment) && !$0.shown.contains(row.booking)
            }
            find("AR103", row.booking, severity: wasMissed ? "error" : nil)
        }
    }

    // MARK: The export

    private mutating func judgeExport() {
        if isPartial { find("AR201") }
        // Something is recorded of which an export so old can know nothing.
        if let newest = record.newest, newest > coverage.takenAt + 36 * 3600 { find("AR203") }
        if let before = record.readings.last(where: { $0.coverage.isComplete })?.coverage.to, let from = coverage.from,
            before.instant < from.instant
        {
            find("AR204")
        }
        for (id, rows) in Dictionary(grouping: export.rows, by: \.booking) {
            for row in rows.dropFirst() {
                find("AR205", id, severity: row.appointment == rows[0].appointment ? "warning" : nil)
            }
        }
        for malformation in export.malformations {
            switch malformation.kind {
            case .malformed: find("AR112", malformation.booking)
            case .unmappedStatus: find("AR206", malformation.booking)
            case .noZone: find("AR207", malformation.booking)
            }
        }
        judgeCapacity()
        let standing = export.rows.filter { $0.appointment.isActive && !$0.personal.isEmpty }
        let slots = Dictionary(grouping: standing) {
            "\($0.personal["client.id"]!) \($0.appointment.practitioner!) \($0.appointment.start!.minute)"
        }
        for rows in slots.values {
            let ids = Set(rows.map(\.booking))
            if ids.count > 1 { find("AR109", ids.min()) }
        }
    }

    /// For each practitioner and each room the first appointment that is one too many; an id twice is one appointment.
    private mutating func judgeCapacity() {
        guard let capacity else { return }
        var seen: Set<Identifier> = []
        let rows = export.rows.filter { seen.insert($0.booking).inserted && $0.appointment.isActive }
        for name in [\Appointment.practitioner, \Appointment.location] {
            for group in Dictionary(grouping: rows, by: { $0.appointment[keyPath: name]! }).values {
                func span(_ row: LiveAppointment) -> Range<Int64> {
                    row.appointment.start!.minute..<row.appointment.end!.minute
                }
                func isBefore(_ one: LiveAppointment, _ other: LiveAppointment) -> Bool {
                    (span(one).lowerBound, one.row) < (span(other).lowerBound, other.row)
                }
                let tooMany = group.filter { row in
                    group.filter { !isBefore(row, $0) && span($0).contains(span(row).lowerBound) }.count > capacity
                }
                if let first = tooMany.min(by: isBefore) { find("AR114", first.booking) }
            }
        }
    }

    // MARK: The record

    private mutating func judgeRecord() {
        let late = record.late.filter { !lateNumbers.contains($0.number) }
        for one in late where !one.isBeforeStart { find("AR304", one.booking) }
        if late.contains(where: \.isBeforeStart) { find("AR304", severity: "info") }
        // A gap begins after each number whose next one is missing, except after the last of all. Ten are told one by one.
        let gaps = record.numbers.filter { !record.numbers.contains($0 + 1) }.count - 1
        for _ in 0..<max(0, min(gaps, 11)) { find("AR402") }
        for _ in 0..<record.gaps { find("AR402") }
        if record.wasOvertaken { find("AR405") }
        for _ in 0..<min(record.stepsBack, 11) { find("AR404") }
        // Minutes, hours, days: each once.
        for order in [0..<3601, 3601..<86_401, 86_401..<Int64.max] where record.ahead.contains(where: order.contains) {
            find("AR404")
        }
    }

    private mutating func judgeHabits(_ id: Identifier) {
        for count in (record.contents[id] ?? [:]).values where count > 1 { find("AR405", id, severity: "warning") }
        if let habit = record.habits[id] {
            switch habit.actor?.kind {
            case .sync?: find("AR303", id)
            case .api?, nil: if habit.type == .deleted { find("AR303", id) }
            default: break
            }
            if habit.type != .modified, habit.reason == nil { find("AR305", id) }
        }
        judgeTransitions(id)
        if case .superseded = record.state(id)?.standing { return }
        let line = record.line(id)
        let notices = line.flatMap { record.notices[$0] ?? [] }
        let unnoticed = line.flatMap { record.actions[$0] ?? [] }.contains { action in
            !notices.contains { $0.at >= action.at || $0.number > action.number }
        }
        if unnoticed { find("AR302", id) }
    }

    private mutating func judgeTransitions(_ id: Identifier) {
        var standing: EntryType?
        var last: (client: String?, start: WallTime?)
        for telling in record.tellings[id]! {
            guard telling.booking == id else { break }
            switch (telling.type, standing) {
            case (.created, nil): break
            case (.created, .deleted):
                if telling.client != last.client || telling.appointment?.start != last.start { find("AR108", id) }
            case (.created, _), (_, .deleted): find("AR407", id)
            case (_, nil): if telling.supersedes == nil { find("AR407", id) }
            default: break
            }
            standing = telling.type
            last = (telling.client ?? last.client, telling.appointment?.start ?? last.start)
        }
    }
}
