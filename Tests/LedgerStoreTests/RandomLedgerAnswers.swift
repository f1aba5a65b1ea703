import Bookings
import Evidence
import LedgerStore
import Testing
import Transparency

/// What must be answered: walks over all entries, which ask no index and no table.
extension RandomLedger {
    func ids(of entry: Entry) -> [BookingKey] {
        guard let source = entry.source, entry.type.isAboutBooking else { return [] }
        return [entry.booking, entry.supersedes].compactMap { $0.map { BookingKey(source: source, booking: $0) } }
    }

    /// The ids to which links lead, both ways, among the first entries.
    func closure(of key: BookingKey, size: Int) -> Set<BookingKey> {
        var closure: Set = [key]
        var before = 0
        while before < closure.count {
            before = closure.count
            for entry in entries.prefix(size) where !closure.isDisjoint(with: ids(of: entry)) {
                closure.formUnion(ids(of: entry))
            }
        }
        return closure
    }

    /// The keys that signed a note.
    func signers(of note: SignedNote) -> [VerifierKey] {
        keys.filter { (try? note.verify(with: [$0])) != nil }
    }

    /// True where an erasure's list has the field of the entry.
    func lists(_ erasure: Entry, _ index: Int, _ field: String) -> Bool {
        erasure.type == .erasureCompleted
            && (erasure.body?["erased"]?.array ?? []).contains {
                $0.array?[0].integer == index && $0.array?[1].array?.contains { $0.string == field } ?? false
            }
    }

    /// The first of the first so many entries that says that a field was erased.
    func erasure(of field: String, of index: Int, below size: Int) -> Int? {
        entries.prefix(size).first { $0.index > index && lists($0, index, field) }?.index
    }

    /// Holds evidence against a walk over all entries below its checkpoint.
    func expect(_ evidence: Evidence, toAnswer request: EvidenceRequest, by signer: VerifierKey) throws {
        let what: Comment = "\(request.key.source) \(request.key.booking)"
        let result = EvidenceVerifier(trusted: [signer], held: request.held).verify(evidence)
        guard let content = result.content else {
            Issue.record("\(what): \(result.refusal?.sentence ?? "")")
            return
        }
        let size = content.checkpoint.size
        let state = try #require(entries.prefix(size).last { $0.type == .ledgerState }).index
        #expect(content.state.index == state, what)
        let closure = closure(of: request.key, size: size)
        #expect(content.ids == Set(closure.map(\.booking)), what)
        let siblings = Set(request.siblings.map { BookingKey(source: request.key.source, booking: $0) })
            .subtracting(closure)
        #expect(content.siblings == Set(siblings.map(\.booking)), what)
        let wanted = entries.prefix(size).filter { !closure.union(siblings).isDisjoint(with: ids(of: $0)) }
        #expect(content.isAbsent == !wanted.contains { $0.booking == request.key.booking }, what)
        expectFields(content, of: wanted, closure, request, what)
        expectReadings(content, closure, request, size, what)
        try expectKeys(content, by: signer, what)
        let unreached = request.held.filter { !isReached($0, by: evidence) }.count
        #expect(result.unreached.count == unreached, what)
    }

    /// True where a note that somebody kept can be compared with evidence that was made with it.
    func isReached(_ held: SignedNote, by evidence: Evidence) -> Bool {
        guard let place = keys.firstIndex(of: evidence.verifier),
            let last = try? Checkpoint(text: evidence.checkpoint.text),
            let older = try? Checkpoint(text: held.text)
        else { return false }
        return older.size <= last.size && !signers(of: held).allSatisfy { !keys[...place].contains($0) }
    }

    /// Which entries are shown, and how each sealed field of each stands.
    private func expectFields(
        _ content: EvidenceContent, of wanted: [Entry], _ closure: Set<BookingKey>, _ request: EvidenceRequest,
        _ what: Comment
    ) {
        var standing: [Int: [String: Int]] = [:]
        for entry in wanted {
            for field in entry.sealed.map(\.name) {
                standing[entry.index, default: [:]][field] = erasure(
                    of: field, of: entry.index, below: content.checkpoint.size)
            }
        }
        let erasures = Set(standing.values.flatMap(\.values))
        #expect(content.records.map(\.index) == (wanted.map(\.index) + erasures).sorted(), what)
        func clients(_ isAsked: Bool) -> Set<String> {
            Set(
                content.records.filter { ($0.entry?.booking == request.key.booking) == isAsked }
                    .compactMap { $0.disclosed["client.id"] })
        }
        #expect(clients(false).isSubset(of: clients(true)), what)
        for record in content.records {
            let entry = entries[record.index]
            #expect(
                record.entry == entry && record.isDeclared == (wanted.contains(entry) && isDeclared(entry, content)))
            let names = Set(entry.sealed.map(\.name))
            let erased = standing[record.index] ?? [:]
            #expect(Dictionary(uniqueKeysWithValues: record.erased.map { ($0.field, $0.by) }) == erased, what)
            // Also what was erased only after the checkpoint is gone.
            let shown = names.filter { name in
                !closure.isDisjoint(with: ids(of: entry)) && request.fields.contains(name)
                    && erasure(of: name, of: entry.index, below: entries.count) == nil
            }
            // What a link led to may be another client's, of which nothing is shown.
            let isOther = entry.booking != request.key.booking && record.disclosed.isEmpty
            #expect(isOther || Set(record.disclosed.keys) == shown, what)
            #expect(
                Set(record.withheld) == names.subtracting(record.disclosed.keys).subtracting(erased.keys), what)
            if let name = record.disclosed["client.name"] { #expect(name.hasPrefix("Client C-"), what) }
        }
    }

    private func isDeclared(_ entry: Entry, _ content: EvidenceContent) -> Bool { entry.index < content.state.index }

    private func expectReadings(
        _ content: EvidenceContent, _ closure: Set<BookingKey>, _ request: EvidenceRequest, _ size: Int, _ what: Comment
    ) {
        let bookings = Set(closure.map(\.booking))
        func has(_ index: Int) -> Bool { !bookings.isDisjoint(with: seen[index] ?? []) }
        let all = seen.keys.filter { $0 < size && entries[$0].source == request.key.source }.sorted()
        for reading in content.readings { #expect(reading.isPresent == has(reading.reading.index), what) }
        var expected: Set<Int> = []
        if let last = all.last(where: has) {
            if let span = request.readings {
                expected = Set(all.filter { span.contains(Reading(entries[$0])!.coverage.takenAt) })
                if !expected.contains(where: has) { expected.insert(last) }
            } else {
                let later = all.filter { $0 > last }
                let first = later.first { Reading(entries[$0])!.coverage.isComplete } ?? later.first
                expected = Set([last, first, later.last].compactMap(\.self))
            }
        }
        #expect(content.readings.map(\.reading.index) == expected.sorted(), what)
    }

    /// Every change of key up to the one that signed, each under a note of the key before; and no signature in the file
    /// that its reader cannot check.
    private func expectKeys(_ content: EvidenceContent, by signer: VerifierKey, _ what: Comment) throws {
        let evidence = content.evidence
        let place = try #require(keys.firstIndex(of: signer))
        #expect(evidence.verifier == signer && content.keys == Array(keys[...place]), what)
        let changes = entries.filter { $0.type == .keyRotated }.prefix(place)
        #expect(evidence.rotations.map(\.entry.index) == changes.map(\.index), what)
        #expect(evidence.rotations.map(\.entry.bytes) == changes.map(\.bytes), what)
        for (change, key) in zip(evidence.rotations, keys) {
            #expect(try change.checkpoint.verify(with: [key]) == [key], what)
            #expect(try Checkpoint(text: change.checkpoint.text).size > change.entry.index, what)
            #expect(change.checkpoint.signatures.count == 1, what)
        }
        for note in [evidence.checkpoint] + evidence.consistency.map(\.held) {
            #expect(try note.verify(with: content.keys).count == note.signatures.count, what)
        }
    }
}
