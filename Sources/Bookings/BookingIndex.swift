/// Finds the rows of a schedule by the id of their booking: sixteen bytes a row.
public struct BookingIndex: Sendable {
    // Open addressing. A slot is the upper half of the id's hash, then the row's place and one; 0 is free.
    private var slots: [UInt64]
    private let rows: LiveAppointments
    /// The places of rows whose id stands in an earlier row too, each with the place of the first.
    public private(set) var repeated: [(first: Int, again: Int)] = []

    /// An index of these rows. Linear.
    public init(_ rows: LiveAppointments) {
        var maker = Maker()
        for place in rows.indices { maker.append(rows.withBooking(at: place) { Maker.hash($0) }) }
        self.init(rows, maker)
    }

    /// An index of these rows, whose hashes `maker` was given in their order.
    package init(_ rows: LiveAppointments, _ maker: consuming Maker) {
        self.rows = rows
        slots = maker.slots
        for (hash, place) in maker.doubtful {
            rows.withBooking(at: place) { id in
                let slot = slot(of: id, hash)
                if slots[slot] == 0 {
                    slots[slot] = UInt64(hash) << 32 | UInt64(place + 1)
                } else {
                    repeated.append((BookingIndex.place(slots[slot]), place))
                }
            }
        }
    }

    /// Gathers the hashes of ids as rows are read, before anybody can look at the rows.
    package struct Maker: Sendable {
        fileprivate var slots = [UInt64](repeating: 0, count: 16)
        private var count = 0
        // Rows whose hash an earlier one has too: nearly always since the id is the same.
        fileprivate var doubtful: [(hash: UInt32, place: Int)] = []

        /// No rows yet.
        package init() {}

        /// What is kept of an id's hash.
        package static func hash(_ id: UnsafeBufferPointer<UInt8>) -> UInt32 {
            UInt32(truncatingIfNeeded: ByteHash.hash(id) >> 32)
        }

        /// Makes room for so many rows in all.
        package mutating func reserveCapacity(_ rows: Int) {
            var size = slots.count
            while size < rows * 2 { size *= 2 }
            if size > slots.count { grow(to: size) }
        }

        /// Adds the row that comes next.
        package mutating func append(_ hash: UInt32) {
            defer { count += 1 }
            var slot = Int(hash) & (slots.count - 1)
            while slots[slot] != 0 {
                if slots[slot] >> 32 == hash { return doubtful.append((hash, count)) }
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = UInt64(hash) << 32 | UInt64(count + 1)
            // Doubtful rows take a slot later, at most one each.
            if (count + 1) * 2 > slots.count { grow(to: slots.count * 2) }
        }

        private mutating func grow(to size: Int) {
            let old = slots
            slots = [UInt64](repeating: 0, count: size)
            for one in old where one != 0 {
                var slot = Int(one >> 32) & (size - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
                slots[slot] = one
            }
        }
    }

    /// The place of the first row of this booking; `nil` where there is none.
    public subscript(booking: Identifier) -> Int? {
        var text = booking.text
        return text.withUTF8 { self[$0] }
    }

    /// The place of the first row whose booking has these UTF-8 bytes.
    package subscript(id: UnsafeBufferPointer<UInt8>) -> Int? {
        let slot = slots[slot(of: id, Maker.hash(id))]
        return slot == 0 ? nil : BookingIndex.place(slot)
    }

    private static func place(_ slot: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: slot)) - 1 }

    /// Where this id stands, or would.
    private func slot(of id: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int {
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let isLike = slots[slot] >> 32 == hash
            if isLike, rows.withBooking(at: BookingIndex.place(slots[slot]), { $0.hasBytes(of: id) }) { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }
}
