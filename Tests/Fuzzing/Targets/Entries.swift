import Bookings
import Transparency

extension FuzzTarget {
    /// What is read as an entry prints the same bytes, and is JSON; JSON that is read prints what is read as the same.
    func entry(_ bytes: [UInt8]) throws(Broken) {
        try json(bytes)
        switch Result(catching: { () throws(EntryError) in try Entry(bytes: bytes) }) {
        case .success(let entry):
            try require(entry.bytes == bytes, "an entry prints other bytes than it was read from")
            try require((try? JSONValue(canonical: bytes)) != nil, "an entry that is no JSON in its one spelling")
            let start = Entry.prefix(origin: entry.origin, index: entry.index, previous: entry.previous)
            try require(bytes.starts(with: start), "an entry that does not begin with its prefix")
        case .failure(.refused(let reason)):
            try require((0...bytes.count).contains(reason.offset), "an entry is refused at byte \(reason.offset)")
        case .failure(.notUnderstood):
            try require((try? JSONValue(canonical: bytes)) != nil, "not understood, and no JSON in its one spelling")
        }
    }

    private func json(_ bytes: [UInt8]) throws(Broken) {
        if let value = try? JSONValue(canonical: bytes) {
            try require(value.bytes == bytes, "JSON of one spelling is printed in another")
        }
        switch Result(catching: { () throws(JSONError) in try JSONValue(parsing: bytes) }) {
        case .success(let value):
            let printed = value.bytes
            try require((try? JSONValue(parsing: printed).bytes) == printed, "JSON is printed, and read as another")
            let sorted = value.sorted.bytes
            try require(
                (try? JSONValue(parsing: sorted).sorted.bytes) == sorted, "sorted JSON is sorted in another way")
        case .failure(let reason):
            try require((0...bytes.count).contains(reason.offset), "JSON is refused at byte \(reason.offset)")
        }
    }

    /// An event that is read becomes an entry that can be read, whatever state it meets; the order of its members
    /// changes nothing of its content.
    func event(_ bytes: [UInt8]) throws(Broken) {
        let rules = SourceRules(zone: "Europe/London", status: ["Confirmed": .booked, "DNA": .noshow], zones: .fixed)
        let incoming = IncomingEvent(bytes, place: "event", rules: { _ in rules })
        guard case .success(let event) = incoming.content else { return }
        let sorted = IncomingEvent(incoming.canonicalContent, place: "event", rules: { _ in rules })
        try require(sorted.canonicalContent == incoming.canonicalContent, "sorted content is sorted in another way")
        var full = Appointment()
        full.start = WallTime(canonical: "2026-06-11T09:30:00+01:00")
        full.status = .booked
        let long = String(repeating: "\u{1}", count: 170)
        (full.word, full.practitioner, full.service, full.location) = (long, long, long, long)
        for present in [nil, full] { try becomesEntry(event, after: present) }
    }

    /// The entry of an event fits, and it and its disclosures are read as they were made.
    func becomesEntry(_ event: Event, after present: Appointment? = nil) throws(Broken) {
        let sealed = SealedEvent(event)
        let entry = sealed.entry(
            after: present, origin: "demo.example/daybook", index: 7, previous: .zero,
            recorded: Timestamp(seconds: 1_780_000_000))
        let bytes = entry.bytes
        try require(bytes.count <= Entry.longest, "an entry of \(bytes.count) bytes")
        switch Result(catching: { () throws(EntryError) in try Entry(bytes: bytes) }) {
        case .success(let read): try require(read.bytes == bytes, "an entry prints other bytes than it was read from")
        case .failure(let error): throw Broken(what: "an entry is made that cannot be read: \(error)")
        }
        for disclosure in sealed.disclosures {
            let read = Disclosure(text: disclosure.text)
            try require(
                read?.digest == disclosure.digest && read?.value.utf8.elementsEqual(disclosure.value.utf8) == true,
                "a disclosure is made that cannot be read")
        }
    }
}

extension ZoneRules {
    /// Two zones, so that nothing is asked of the system: London as it is in 2026, and one that skipped a day.
    static let fixed = ZoneRules { zone, instant in
        switch zone {
        case "Europe/London": (1_774_746_000..<1_792_890_000).contains(instant) ? 3600 : 0
        case "Pacific/Apia": instant < 1_325_239_200 ? -36_000 : 50_400
        default: nil
        }
    }
}
