public import Bookings

extension VerifiedHistory {
    /// Why one booking cannot be said to go on as another, in a sentence that names the remedy; `nil` where nothing that is
    /// recorded speaks against it. This history has all that is recorded of both, and of what they were or became.
    ///
    /// Who says so links two records for good: what is recorded of the one is shown with the other. Two clients' are never
    /// linked.
    public func refusal(thatWas key: BookingKey, becomes successor: BookingKey) -> String? {
        let (was, becomes) = (Words.quoted(key.booking), Words.quoted(successor.booking))
        guard key != successor else { return "a booking does not go on as itself" }
        let replay = Replay(readings: readings)
        guard let own = bookings[key].flatMap({ replay.state(of: $0) }),
            let other = bookings[successor].flatMap({ replay.state(of: $0) })
        else { return "what became of booking \(was) or \(becomes) is not recorded" }
        if case .superseded(let next) = own.standing {
            return "booking \(was) is recorded as going on as booking \(Words.quoted(next)) already"
        }
        var next = other.standing
        var seen: Set<Identifier> = [successor.booking]
        while case .superseded(let id) = next, seen.insert(id).inserted {
            guard id != key.booking else {
                return "booking \(becomes) became booking \(was) by what is recorded, so it cannot be what that became"
            }
            let own = bookings[BookingKey(source: key.source, booking: id)].flatMap { replay.state(of: $0) }
            guard let own else { break }
            next = own.standing
        }
        let former = bookings[successor]!.entries.lazy.map(\.entry).first {
            $0.booking == successor.booking && $0.supersedes != nil
        }?.supersedes
        if let former {
            return former == key.booking
                ? "booking \(becomes) is recorded as what booking \(was) became already"
                : "booking \(becomes) is recorded as what booking \(Words.quoted(former)) became; two do not become one"
        }
        if let one = own.client, let two = other.client, one != two {
            return "bookings \(was) and \(becomes) are recorded for two clients, whose records stay apart"
        }
        return nil
    }
}
