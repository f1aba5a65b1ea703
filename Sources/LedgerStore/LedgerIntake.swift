public import Bookings
import Dispatch
import Synchronization

extension Ledger {
    /// Records batches one after another, each in one transaction; while one is written, the next is made ready on
    /// another core.
    ///
    /// `next` gives the batch that is next, and `nil` at the end; where it may not wait, it gives what has come, and an
    /// empty batch where nothing has. `read` makes an event of what came. `told` has the answers of each batch, in
    /// order, once it is on the disk. What `next` or `told` throws ends the intake after the batch that is being written.
    public func record<Item: Sendable>(
        channel: String, next: (_ mayWait: Bool) throws -> [Item]?, read: @Sendable (Item) -> IncomingEvent,
        told: ([ReadyEvent], [RecordOutcome]) throws -> Void
    ) throws {
        var current = try next(true).map { ready($0, read) }
        while let batch = current {
            // Nobody waits for what has not come yet while there is something to answer.
            let arrived = Result { try next(false) ?? [] }
            let upcoming = (try? arrived.get()) ?? []
            let write = { @Sendable () -> Result<[RecordOutcome], LedgerError> in
                Result { () throws(LedgerError) in try batch.isEmpty ? [] : self.record(batch, channel: channel) }
            }
            let (outcomes, following) =
                upcoming.isEmpty
                ? (write(), ready(upcoming, read)) : bothAtOnce(write) { ready(upcoming, read) }
            try told(batch, outcomes.get())
            _ = try arrived.get()
            current = upcoming.isEmpty ? try next(true).map { ready($0, read) } : following
        }
    }
}

private func ready<Item>(_ items: [Item], _ read: (Item) -> IncomingEvent) -> [ReadyEvent] {
    items.map { ReadyEvent(read($0)) }
}

/// Does two things on two cores, and waits for both.
private func bothAtOnce<One: Sendable, Other: Sendable>(
    _ one: @Sendable () -> One, _ other: @Sendable () -> Other
) -> (One, Other) {
    let done = Mutex<(one: One?, other: Other?)>((nil, nil))
    DispatchQueue.concurrentPerform(iterations: 2) { turn in
        if turn == 0 {
            let value = one()
            done.withLock { $0.one = value }
        } else {
            let value = other()
            done.withLock { $0.other = value }
        }
    }
    return done.withLock { ($0.one!, $0.other!) }
}
