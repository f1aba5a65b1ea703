/// Finds the rows of a schedule by the id of their booking: eight bytes a row.
public struct BookingIndex: Sendable {
    // The place of a row and one; 0 is free.
    private var slots: [UInt32]
    private let rows: LiveAppointments
    /// The places of rows whose id stands in an earlier row too, each with the place of the first.
    public private(set) var repeated: [(first: Int, again: Int)] = []

    /// An index of these rows. Linear.
    public init(_ rows: LiveAppointments) {
        self.rows = rows
        var size = 16
        while size < rows.count * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for place in rows.indices {
            rows.withBooking(at: place) { id in
                let slot = slot(of: id)
                if slots[slot] == 0 {
                    slots[slot] = UInt32(place + 1)
                } else {
                    repeated.append((Int(slots[slot]) - 1, place))
                }
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
        let place = slots[slot(of: id)]
        return place == 0 ? nil : Int(place) - 1
    }

    /// Where this id stands, or would.
    private func slot(of id: UnsafeBufferPointer<UInt8>) -> Int {
        var slot = Int(truncatingIfNeeded: ByteHash.hash(id)) & (slots.count - 1)
        while slots[slot] != 0 {
            if rows.withBooking(at: Int(slots[slot]) - 1, { $0.hasBytes(of: id) }) { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }
}
