import Bookings
import GRDB
import Transparency

/// What sieves leave of a unit of entries, and what speaks about the recording as a whole.
struct SievedUnit: Sendable {
    /// What each sieve leaves, in their order.
    var sifted: [Sifted]
    var journal: [Entry] = []
    var sequences: [Identifier: [NumberedEvent]] = [:]
    var defects: [Defect] = []

    /// What one sieve leaves.
    struct Sifted: Sendable {
        var kept: [RecordedEntry] = []
        /// What is settled, in pieces that follow each other: joining them would take their room twice.
        var settled: [[SettledEntry]] = []
        var clock = RecorderClock()
    }

    /// The times of entries as they follow each other.
    struct RecorderClock: Sendable {
        private var first: (index: Int, recorded: Timestamp)?
        private var last: Timestamp?
        private(set) var ranBack: [Int] = []

        mutating func tick(_ index: Int, _ recorded: Timestamp) {
            if let last, recorded < last { ranBack.append(index) }
            if first == nil { first = (index, recorded) }
            last = recorded
        }

        mutating func append(_ other: RecorderClock) {
            guard let next = other.first else { return }
            tick(next.index, next.recorded)
            ranBack += other.ranBack
            last = other.last
        }
    }

    /// Nothing, of so many sieves.
    init(sieves: Int) {
        sifted = [Sifted](repeating: Sifted(), count: sieves)
    }

    /// Units in their order, as one.
    init(joining units: consuming [SievedUnit], sieves: Int) {
        self.init(sieves: sieves)
        var units = units
        var counts: [Identifier: Int] = [:]
        for unit in units {
            for (source, events) in unit.sequences { counts[source, default: 0] += events.count }
        }
        for (source, count) in counts { sequences[source, default: []].reserveCapacity(count) }
        // Each is given up as soon as it is joined.
        units.reverse()
        while let unit = units.popLast() {
            for (place, part) in unit.sifted.enumerated() {
                sifted[place].kept += part.kept
                sifted[place].settled += part.settled
                sifted[place].clock.append(part.clock)
            }
            journal += unit.journal
            defects += unit.defects
            for (source, events) in unit.sequences { sequences[source]!.append(contentsOf: events) }
        }
    }

    /// A unit in the making: with the disclosed ids of clients at hand, which come in the order of the entries.
    struct Work {
        private(set) var unit: SievedUnit
        private var settled: [[SettledEntry]]
        private var numbered: [NumberedEvent] = []
        private let clients: Query
        private var client: (entry: Int, isThere: Bool) = (-1, true)
        private var source: (bytes: [UInt8], identifier: Identifier) = ([], "")

        init(_ database: Database, _ range: Range<Int>, sieves: Int) throws {
            unit = SievedUnit(sieves: sieves)
            settled = [[SettledEntry]](repeating: [], count: sieves)
            clients = try Query(
                database,
                "SELECT entry, value, salt FROM disclosure WHERE entry >= ?1 AND entry < ?2 AND name = 'client.id' "
                    + "ORDER BY entry"
            ).bind(1, range.lowerBound).bind(2, range.upperBound)
            if sieves == 1 { settled[0].reserveCapacity(range.count) }
            numbered.reserveCapacity(range.count)
        }

        mutating func visit(_ entry: VerifyPass.ChainedBytes, _ sieves: [Sieve]) throws {
            let view: EntryView
            do throws(EntryError) { view = try entry.view() } catch .refused(let reason) {
                unit.defects.append(Diagnosis.unreadable(entry.index, reason))
                return
            } catch {
                // An entry of a later program: passed over here, and covered by chain and tree.
                return
            }
            if let sequence = view.sequence, let source = view.source {
                let moment = min(view.occurred ?? view.recorded, view.recorded)
                count(NumberedEvent(sequence: sequence, index: view.index, moment: moment), of: source)
            }
            guard view.type.isAboutBooking else {
                for place in unit.sifted.indices { unit.sifted[place].clock.tick(view.index, view.recorded) }
                unit.journal.append(Entry(view))
                return
            }
            let client = try client(of: view.index)
            for place in sieves.indices {
                let answer = sieves[place].judge(view, client?.value)
                if case .pass = answer { continue }
                unit.sifted[place].clock.tick(view.index, view.recorded)
                switch answer {
                case .pass: break
                case .settle(let entry): settled[place].append(entry)
                case .keep:
                    let entry = Entry(view)
                    let rows = client.map {
                        [
                            EntryStore.Row(
                                name: "client.id", salt: Array($0.salt),
                                value: String(decoding: $0.value, as: UTF8.self))
                        ]
                    }
                    unit.sifted[place].kept.append(
                        RecordedEntry(entry: entry, disclosed: EntryStore.matching(rows ?? [], entry)))
                }
            }
        }

        /// The disclosed id of the entry's client, lent until the next entry; nobody has checked it.
        private mutating func client(
            of index: Int
        ) throws -> (value: UnsafeBufferPointer<UInt8>, salt: UnsafeRawBufferPointer)? {
            while client.isThere, client.entry < index {
                client.isThere = try clients.next()
                if client.isThere { client.entry = clients.integer(0) }
            }
            guard client.isThere, client.entry == index else { return nil }
            return (clients.lent(1).bindMemory(to: UInt8.self), clients.lent(2))
        }

        private mutating func count(_ event: NumberedEvent, of name: JSONText) {
            // One source follows itself: its name is made once.
            let isSame = !name.isEscaped && source.bytes.withUnsafeBufferPointer { $0.hasBytes(of: name.bytes) }
            if !isSame {
                setDownNumbered()
                source = (Array(name.bytes), Identifier(name.string))
            }
            numbered.append(event)
        }

        private mutating func setDownNumbered() {
            guard !numbered.isEmpty else { return }
            unit.sequences[source.identifier, default: []] += numbered
            numbered.removeAll(keepingCapacity: true)
        }

        /// All that there is of the unit.
        consuming func finish() -> SievedUnit {
            setDownNumbered()
            for (place, entries) in settled.enumerated() where !entries.isEmpty {
                unit.sifted[place].settled.append(entries)
            }
            return unit
        }
    }
}
