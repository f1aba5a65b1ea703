import Bookings
import GRDB
import Transparency

extension Ledger {
    /// Computes the newest states again from the entries' bytes, and says which declare something else.
    func stateDefects(newest: Int, pass: VerifyPass.Outcome) throws -> [Defect] {
        let states = pass.states.suffix(newest)
        guard let last = states.last else { return [] }
        let listed = try Ledger.entriesByBooking(path: path, before: last)
        var defects: [Defect] = []
        for state in states {
            let entry = try read { try EntryStore($0).entry(at: state) }
            guard let body = entry?.body, let root = body["root"]?.string, let size = body["size"]?.integer else {
                continue
            }
            let actual = CommitmentTree.commitment(
                over: listed.lazy.compactMap { key, indexes in
                    let before = indexes.prefix { $0 < state }
                    return before.isEmpty ? nil : CommitmentTree.stateLeaf(key, entries: Array(before))
                })
            if actual.size != size || actual.root.base64 != root {
                defects.append(
                    Defect(
                        code: "AR401", index: state, kind: .falseState,
                        sentence: "The state that entry \(state) declares is not what the entries before it give."))
            }
        }
        return defects
    }

    /// The entries of each id, sorted by the bytes of source, then booking: what a state's leaves list.
    private static func entriesByBooking(path: String, before end: Int) throws -> [(BookingKey, [Int])] {
        let units = try VerifyPass.map(path: path, size: end) { database, range, _ in
            let query = try Query(
                database, "SELECT position, bytes FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position"
            ).bind(1, range.lowerBound).bind(2, range.upperBound)
            var listed: [BookingKey: [Int]] = [:]
            while try query.next() {
                guard let entry = try? Entry(bytes: query.lent(1)), entry.type.isAboutBooking, let key = entry.key
                else {
                    continue
                }
                listed[key, default: []].append(entry.index)
                if let former = entry.supersedes, former != key.booking {
                    listed[BookingKey(source: key.source, booking: former), default: []].append(entry.index)
                }
            }
            return listed
        }
        var all: [BookingKey: [Int]] = [:]
        for unit in units { all.merge(unit) { $0 + $1 } }
        return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
