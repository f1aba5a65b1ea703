/// Finds the rows of a schedule by the id of their booking: sixteen bytes a row.
public struct BookingIndex: Sendable {
    // Each part holds the ids whose hashes start alike, so that the parts can be filled at the same time.
    private let parts: [Part]
    private let rows: LiveAppointments
    /// The places of rows whose id stands in an earlier row too, each with the place of the first.
    public let repeated: [(first: Int, again: Int)]

    /// Open addressing. A slot is the upper half of the id's hash, then the row's place and one; 0 is free.
    package struct Part: Sendable {
        fileprivate var slots: [UInt64]
        fileprivate var repeated: [(first: Int, again: Int)] = []
        fileprivate var count = 0
    }

    // As many as are filled at the same time; few, since each goes through all rows.
    private static let partBits = 2
    private static let partedFrom = 10_000

    /// An index of these rows. Linear.
    public init(_ rows: LiveAppointments) {
        self.init(rows) { count, part in (0..<count).map { part($0) } }
    }

    /// An index of these rows. Linear; `map` makes the parts, on several cores where there are some.
    package init(_ rows: LiveAppointments, map: (_ count: Int, _ part: @Sendable (Int) -> Part) -> [Part]) {
        self.rows = rows
        let bits = rows.count < BookingIndex.partedFrom ? 0 : BookingIndex.partBits
        parts = map(1 << bits) { BookingIndex.part($0, bits, of: rows) }
        repeated = parts.flatMap(\.repeated).sorted { $0.again < $1.again }
    }

    private static func part(_ number: Int, _ bits: Int, of rows: LiveAppointments) -> Part {
        // What is expected of one part; the slots grow where the ids fall otherwise.
        var size = 16
        while size << bits < rows.count * 2 { size *= 2 }
        var part = Part(slots: [UInt64](repeating: 0, count: size))
        for place in rows.indices {
            rows.withBooking(at: place) { id in
                let hash = ByteHash.hash(id)
                guard Int(truncatingIfNeeded: hash) & ((1 << bits) - 1) == number else { return }
                let slot = part.slot(of: id, hash, in: rows)
                if part.slots[slot] != 0 {
                    part.repeated.append((part.place(slot), place))
                    return
                }
                part.slots[slot] = (hash >> 32) << 32 | UInt64(place + 1)
                part.count += 1
                if part.count * 4 > part.slots.count * 3 { part.grow() }
            }
        }
        return part
    }

    /// The place of the first row of this booking; `nil` where there is none.
    public subscript(booking: Identifier) -> Int? {
        var text = booking.text
        return text.withUTF8 { self[$0] }
    }

    /// The place of the first row whose booking has these UTF-8 bytes.
    package subscript(id: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = ByteHash.hash(id)
        let part = parts[Int(truncatingIfNeeded: hash) & (parts.count - 1)]
        let slot = part.slot(of: id, hash, in: rows)
        return part.slots[slot] == 0 ? nil : part.place(slot)
    }
}

extension BookingIndex.Part {
    fileprivate func place(_ slot: Int) -> Int { Int(UInt32(truncatingIfNeeded: slots[slot])) - 1 }

    /// Where this id stands, or would.
    fileprivate func slot(of id: UnsafeBufferPointer<UInt8>, _ hash: UInt64, in rows: LiveAppointments) -> Int {
        var slot = Int(hash >> 32) & (slots.count - 1)
        while slots[slot] != 0 {
            if slots[slot] >> 32 == hash >> 32, rows.withBooking(at: place(slot), { $0.hasBytes(of: id) }) { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    fileprivate mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for one in old where one != 0 {
            var slot = Int(one >> 32) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = one
        }
    }
}
