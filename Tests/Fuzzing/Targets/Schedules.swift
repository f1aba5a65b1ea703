import Bookings
import Schedules
import Transparency

extension FuzzTarget {
    /// A schedule is read or refused, the same however its bytes come in; it has no more rows than lines, and each row
    /// can be recorded.
    func schedule(_ bytes: [UInt8], name: String) throws(Broken) {
        try schedule(bytes, name: name, ScheduleLayout())
        let isUTF16 = bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
        let columns = ["booking": ["Ref"], "start": ["Date", "Time"], "client.name": ["client.first", "client.last"]]
        try schedule(
            bytes, name: name,
            ScheduleLayout(
                columns: columns, dates: DatePattern("dd/MM/yyyy"), encoding: isUTF16 ? .utf16 : .windows1252))
        try schedule(bytes, name: name, ScheduleLayout(dates: DatePattern("d.M.yyyy")))
    }

    /// FHIR is read or refused as any schedule; several resources may stand in one line.
    func fhir(_ bytes: [UInt8]) throws(Broken) {
        try schedule(bytes, name: "schedule.json", ScheduleLayout(format: .fhir), mostRows: bytes.count)
        let columns = ["booking": ["identifier[x]"], "location": ["location.id"], "note": ["a.b", "comment"]]
        let layout = ScheduleLayout(format: .fhir, columns: columns, encoding: .windows1252)
        try schedule(bytes, name: "schedule.json", layout, mostRows: bytes.count)
    }

    /// A calendar is read or refused as any schedule is; only its rows may be more than its lines. The window is short,
    /// so that an honest rule makes few.
    func calendar(_ bytes: [UInt8]) throws(Broken) {
        try schedule(bytes, name: "schedule.ics", ScheduleLayout(), mostRows: 1_000_000)
        let columns = ["booking": ["X-REF"], "client.name": ["ATTENDEE"], "service": ["SUMMARY", "CATEGORIES"]]
        try schedule(bytes, name: "schedule.ics", ScheduleLayout(columns: columns), mostRows: 1_000_000)
    }

    /// A server's answer holds no more than was sent, and has no document type whatever it is written in.
    func multistatus(_ bytes: [UInt8]) throws(Broken) {
        guard let answer = CalDAVAnswer(xml: bytes) else { return }
        try require(CalDAVAnswer(xml: bytes) == answer, "an answer is read otherwise the second time")
        try require(!bytes.starts(with: Array("<!DOCTYPE".utf8)), "an answer with a document type is read")
        try require(!bytes.contains(0), "an answer in wide letters is read")
        try require(answer.objects.count <= bytes.count / 20, "more objects than the answer has room for")
        let held = answer.objects.values.reduce(0) { $0 + ($1.data?.utf8.count ?? 0) + ($1.etag?.utf8.count ?? 0) }
        // A letter of one byte, in another encoding, may be three of ours.
        try require(held <= bytes.count * 3, "more text than was sent")
    }

    private func schedule(
        _ bytes: [UInt8], name: String, _ layout: ScheduleLayout, mostRows: Int? = nil
    ) throws(Broken) {
        let whole = reading(bytes, name: name, chunk: 1 << 16, layout)
        let size = Int(bytes.reduce(into: UInt32(2_166_136_261)) { $0 = ($0 ^ UInt32($1)) &* 16_777_619 } % 61) + 1
        switch (whole, reading(bytes, name: name, chunk: size, layout)) {
        case (.success(let left), .success(let right)):
            try require(
                left.appointments == right.appointments && left.malformations == right.malformations
                    && left.rows == right.rows && left.digest == right.digest,
                "in pieces of \(size) bytes another schedule is read")
        case (.failure(let left), .failure(let right)):
            try require(left == right, "in pieces of \(size) bytes: \(right); whole: \(left)")
        default: throw Broken(what: "in pieces of \(size) bytes it is \(whole.isRefusal ? "read" : "refused")")
        }
        let lines = bytes.count { $0 == 0x0a || $0 == 0x0d } + 1
        switch whole {
        case .success(let snapshot):
            try require(snapshot.digest == Hash.sha256(bytes), "the digest is another file's")
            try require(snapshot.rows <= mostRows ?? lines, "\(snapshot.rows) rows in \(lines) lines")
            try require(snapshot.appointments.count <= snapshot.rows, "more appointments than rows")
            try require(snapshot.malformations.count <= 1100, "\(snapshot.malformations.count) malformations")
            // The rows of a rule differ in their times alone: a few tell of all.
            for live in snapshot.appointments.prefix(mostRows == nil ? snapshot.rows : 200) {
                var event = Event(type: .created, source: "crm", booking: live.booking)
                event.said = live.appointment
                event.personal = live.personal
                event.basis = .baseline
                try becomesEntry(event)
            }
        case .failure(.badFile(_, let line, _, let reason)):
            try require(line.map { (1...lines).contains($0) } ?? true, "refused in line \(line!) of \(lines)")
            try require(reason.utf8.count < 16_384, "a reason of \(reason.utf8.count) bytes")
        case .failure(let error): throw Broken(what: "bytes in memory: \(error)")
        }
    }

    private func reading(
        _ bytes: [UInt8], name: String, chunk: Int, _ layout: ScheduleLayout
    ) -> Result<Snapshot, ScheduleError> {
        let rules = SourceRules(zone: "Europe/London", status: ["Confirmed": .booked], zones: .fixed)
        var coverage = Coverage(source: "crm", takenAt: Timestamp(seconds: 1_780_000_000))
        if name.hasSuffix(".ics") { coverage.to = WallTime(instant: 1_781_000_000, offset: 0) }
        return Result { () throws(ScheduleError) in
            try Schedule.read(bytes: bytes, name: name, chunk: chunk, layout: layout, rules: rules, coverage: coverage)
        }
    }

    /// A coverage file is refused with a line that it has, or its window has a length.
    func coverage(_ bytes: [UInt8]) throws(Broken) {
        let lines = bytes.count { $0 == 0x0a } + 1
        let takenAt = Timestamp(seconds: 1_780_000_000)
        switch Result(catching: { () throws(ScheduleError) in
            try CoverageFile.coverage(bytes, name: "coverage.json", rules: .fixed, takenAt: takenAt)
        }) {
        case .success(let coverage):
            if let from = coverage.from, let to = coverage.to {
                try require(from.instant < to.instant, "a window that ends before it begins")
            }
            try require(!coverage.source.text.isEmpty, "a reading of a source without a name")
        case .failure(.badFile(_, let line, _, _)):
            try require(line.map { (1...lines).contains($0) } ?? true, "refused in line \(line!) of \(lines)")
        case .failure(let error): throw Broken(what: "bytes in memory: \(error)")
        }
    }

    /// A configuration's mistakes have lines that it has, in their order.
    func configuration(_ bytes: [UInt8]) throws(Broken) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        // YAML's lines also end in CR, NEL, LS and PS; one beyond the last is the end of the file.
        let lines = text.unicodeScalars.count { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) } + 2
        let found = Configuration.mistakes(in: text).compactMap(\.line)
        try require(found.allSatisfy { (0...lines).contains($0) }, "a mistake in line \(found) of \(lines)")
        try require(found == found.sorted(), "mistakes out of order")
    }
}

extension Result {
    fileprivate var isRefusal: Bool { if case .failure = self { true } else { false } }
}
