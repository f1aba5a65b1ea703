import Bookings
import TestSupport
import Testing
import Transparency

@Suite("The ledger of known answers, entry by entry")
struct LedgerVectorTests {
    private struct File: Decodable {
        struct Entry: Decodable {
            let index: Int
            let text, leafHash: String
            let disclosures: [String]
        }
        struct Commitment: Decodable {
            let entry: Int
            let leaves: [String]
            let root: String
            let proofs: [[String]]?
        }
        let origin: String
        let entries: [Entry]
        let state: Commitment
        let snapshots: [Commitment]
        let notCanonical: [String]
    }

    private let file: File

    init() throws {
        file = try Fixtures.vectors("daybook_ledger_v1.json", as: File.self)
    }

    @Test func `every entry is read and prints back byte for byte`() throws {
        #expect(file.entries.count == 24)
        for vector in file.entries {
            let entry = try Entry(bytes: utf8(vector.text))
            #expect(entry.bytes == utf8(vector.text), "entry \(vector.index)")
            #expect(entry.index == vector.index)
            #expect(entry.origin == file.origin)
            #expect(Hash.leaf(entry.bytes).base64 == vector.leafHash, "entry \(vector.index)")
        }
    }

    @Test func `each entry names the leaf hash of the one before, and starts with the expected prefix`() throws {
        var previous = Hash.zero
        for vector in file.entries {
            let entry = try Entry(bytes: utf8(vector.text))
            #expect(entry.previous == previous)
            let prefix = Entry.prefix(origin: file.origin, index: vector.index, previous: previous)
            #expect(utf8(vector.text).starts(with: prefix), "entry \(vector.index)")
            #expect(prefix.last == UInt8(ascii: "\""))
            previous = .leaf(utf8(vector.text))
        }
    }

    @Test func `every disclosure's digest stands in its entry under its name`() throws {
        var disclosed = 0
        for vector in file.entries {
            let entry = try Entry(bytes: utf8(vector.text))
            let byName = Dictionary(uniqueKeysWithValues: entry.sealed.map { ($0.name, $0.digest) })
            for text in vector.disclosures {
                let disclosure = try #require(Disclosure(text: text), "entry \(vector.index)")
                #expect(disclosure.text == text)
                #expect(byName[disclosure.name] == disclosure.digest, "\(disclosure.name) of entry \(vector.index)")
                #expect(disclosure.digest == Hash.sha256(utf8(text)))
                disclosed += 1
            }
        }
        #expect(disclosed == file.entries.reduce(0) { $0 + $1.disclosures.count })
        #expect(disclosed > 10)
    }

    @Test func `every entry is built again from its members and its disclosures`() throws {
        for vector in file.entries {
            let built = try rebuilt(vector)
            #expect(built.bytes == utf8(vector.text), "entry \(vector.index)")
            #expect(try Entry(bytes: utf8(vector.text)) == built, "entry \(vector.index)")
        }
    }

    @Test func `nothing that must be refused is read as an entry`() throws {
        #expect(file.notCanonical.count == 17)
        for text in file.notCanonical {
            let answer = Answer(utf8(text))
            #expect(answer == (text.hasPrefix("{\"daybook\":2,") ? .notUnderstood : .refused), "\(text)")
        }
        #expect(file.notCanonical.count { $0.hasPrefix("{\"daybook\":2,") } == 1)
    }

    @Test func `the state's leaves follow from the entries, and give its root and its proofs`() throws {
        var indexes: [BookingKey: [Int]] = [:]
        for vector in file.entries.prefix(file.state.entry) {
            let entry = try Entry(bytes: utf8(vector.text))
            guard entry.type.isAboutBooking, let key = entry.key else { continue }
            indexes[key, default: []].append(entry.index)
            guard let former = entry.supersedes else { continue }
            indexes[BookingKey(source: key.source, booking: former), default: []].append(entry.index)
        }
        let leaves = indexes.sorted { $0.key < $1.key }.map {
            (key: $0.key, bytes: CommitmentTree.stateLeaf($0.key, entries: $0.value))
        }
        #expect(leaves.map(\.bytes) == file.state.leaves.map(utf8))
        let commitment = Commitment { leaf in leaves.forEach { leaf($0.key, $0.bytes) } }
        let (size, root) = (commitment.size, commitment.root)
        #expect(size == file.state.leaves.count)
        #expect(root.base64 == file.state.root)
        let body = try #require(try Entry(bytes: utf8(file.entries[file.state.entry].text)).body)
        #expect(body["size"] == .integer(size))
        #expect(body["root"] == .string(root.base64))
        let proofs = try #require(file.state.proofs)
        for (index, texts) in proofs.enumerated() {
            try Proof.verifyInclusion(
                of: .leaf(leaves[index].bytes), at: index, size: size, root: root,
                proof: texts.map { try #require(Hash(base64: $0)) })
        }
    }

    @Test func `a snapshot with the same ids has the same leaves and root, in any order of its rows`() throws {
        for vector in file.snapshots {
            let reading = try #require(try Reading(Entry(bytes: utf8(file.entries[vector.entry].text))))
            let ids = try vector.leaves.map { leaf in
                Identifier(try #require(try JSONValue(canonical: utf8(leaf))["booking"]?.string))
            }
            let rows = (ids.reversed() + ids).enumerated().map {
                LiveAppointment(booking: $1, appointment: Appointment(), row: $0 + 2)
            }
            let snapshot = Snapshot(
                coverage: reading.coverage, appointments: rows, rows: reading.rows, digest: reading.digest)
            #expect(snapshot.bookings == ids)
            #expect(
                snapshot.bookings.map {
                    CommitmentTree.snapshotLeaf(BookingKey(source: reading.coverage.source, booking: $0))
                }
                    == vector.leaves.map(utf8))
            #expect(reading.root.base64 == vector.root)
            #expect(reading.size == vector.leaves.count)
            #expect(snapshot.body() == (try Entry(bytes: utf8(file.entries[vector.entry].text)).body))
        }
    }

    /// The entry from its members, not through the entries' parser.
    private func rebuilt(_ vector: File.Entry) throws -> Entry {
        let json = try JSONValue(parsing: utf8(vector.text))
        func text(_ name: String) -> String? { json[name]?.string }
        var entry = Entry(
            origin: try #require(text("origin")), index: vector.index,
            previous: try #require(Hash(base64: text("previous")!)),
            recorded: try #require(Timestamp(text("recorded")!)), type: try #require(EntryType(rawValue: text("type")!))
        )
        entry.source = text("source").map { Identifier($0) }
        entry.event = text("event").map { Identifier($0) }
        entry.sequence = json["sequence"]?.integer
        entry.occurred = text("occurred").flatMap { Timestamp($0) }
        entry.basis = text("basis").flatMap(Entry.Basis.init(rawValue:))
        entry.actor = json["actor"].map { .init(kind: .init(rawValue: $0["kind"]!.string!)!, id: $0["id"]?.string) }
        entry.reason = text("reason")
        entry.booking = text("booking").map { Identifier($0) }
        entry.supersedes = text("supersedes").map { Identifier($0) }
        entry.appointment = try json["appointment"].map { try appointment($0) }
        let disclosed = try vector.disclosures.map { text in
            let parts = try JSONValue(parsing: try #require(Base64.url.decode(text.utf8))).array!.map(\.string!)
            return Disclosure(salt: try #require(Base64.url.decode(parts[0].utf8)), name: parts[1], value: parts[2])
        }
        entry.sealed = (json["sealed"]?.members ?? []).map { field in
            disclosed.first { $0.name == field.name }?.sealed
                ?? .init(name: field.name, digest: Hash(base64url: field.value.string!)!)
        }
        entry.body = json["body"]
        return entry
    }

    private func appointment(_ json: JSONValue) throws -> Appointment {
        func time(_ name: String) throws -> WallTime? {
            try json[name]?.string.map { try WallTime($0, zone: nil, rules: .none) }
        }
        var state = Appointment()
        state.start = try time("start")
        state.end = try time("end")
        state.zone = json["zone"]?.string
        state.status = json["status"]?.string.flatMap(Appointment.Status.init(rawValue:))
        state.word = json["word"]?.string
        state.practitioner = json["practitioner"]?.string
        state.service = json["service"]?.string
        state.location = json["location"]?.string
        state.series = json["series"]?.string
        state.occurrence = json["occurrence"]?.string
        #expect(state.json == json)
        return state
    }
}
