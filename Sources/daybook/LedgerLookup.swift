import ArgumentParser
import Bookings
import Console
import LedgerStore

extension Ledger {
    /// The key of a booking by its id; where several sources have it, one must be named.
    func only(_ booking: String, source: String?) throws -> BookingKey {
        let id = Identifier(booking)
        let sources = try self.sources(having: id)
        if let source {
            guard sources.contains(Identifier(source)) else {
                throw Terminal.fail("no booking \"\(booking)\" of the source \"\(source)\" is recorded", 66)
            }
            return BookingKey(source: Identifier(source), booking: id)
        }
        guard let only = sources.first else { throw Terminal.fail("no booking \"\(booking)\" is recorded", 66) }
        guard sources.count == 1 else {
            throw Terminal.fail(
                "several sources have a booking \"\(booking)\": \(sources.map(\.text).joined(separator: ", ")); name one with --source",
                64)
        }
        return BookingKey(source: only, booking: id)
    }
}
