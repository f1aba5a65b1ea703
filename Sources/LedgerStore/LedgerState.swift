import Bookings
import Transparency

extension Ledger {
    /// Commits to the entries of every id: records a `ledger.state`, and gives its index.
    ///
    /// Costs about 1 µs an id. The blocks of its tree are kept, so that a proof in it does not cost that again.
    public func recordState() throws(LedgerError) -> Int {
        try append { appender in
            let commitment = try StateLeaves(database: appender.database, before: appender.head.size).commitment()
            var entry = appender.entry(.ledgerState)
            entry.body = .object([
                "size": .integer(commitment.size), "root": .string(commitment.root.base64),
            ])
            // Only the newest state's are kept: an older one is not proven in.
            if let older = try Ledger.newestState(before: appender.head.size, in: appender.database) {
                try TreeBlock.remove(of: older.index, from: appender.database)
            }
            let index = try appender.append(entry)
            try TreeBlock.write(commitment.blocks, of: index, to: appender.database)
            return index
        }
    }
}
