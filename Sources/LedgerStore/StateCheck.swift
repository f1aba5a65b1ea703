import Bookings
import GRDB
import Transparency

extension Ledger {
    /// Computes the newest states again from the entries' bytes, and says which declare something else.
    func stateDefects(newest: Int, pass: VerifyPass.Outcome) throws -> [Defect] {
        let states = pass.states.suffix(newest)
        guard let last = states.last else { return [] }
        let listed = try Ledger.listedIDs(path: path, before: last)
        var defects: [Defect] = []
        for state in states {
            let entry = try read { try EntryStore($0).entry(at: state) }
            guard let body = entry?.body, let root = body["root"]?.string, let size = body["size"]?.integer else {
                continue
            }
            let actual = listed.commitment(before: state)
            if actual.size != size || actual.root.base64 != root {
                defects.append(
                    Defect(
                        code: "AR401", index: state, kind: .falseState,
                        sentence: "The state that entry \(state) declares is not what the entries before it give."))
            }
        }
        return defects
    }

    /// The ids that the entries before an index list.
    private static func listedIDs(path: String, before end: Int) throws -> ListedIDs {
        let units = try VerifyPass.map(path: path, size: end) { database, range, _ in
            let query = try Query(
                database, "SELECT bytes FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position"
            ).bind(1, range.lowerBound).bind(2, range.upperBound)
            var listed = ListedIDs()
            while try query.next() {
                // What is of a later program is about no booking that this one could list.
                if let entry = try? EntryView(query.lent(0)) { listed.add(entry) }
            }
            listed.sort()
            return listed
        }
        return ListedIDs(merging: units)
    }
}
