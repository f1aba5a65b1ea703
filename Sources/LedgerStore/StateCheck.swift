import Bookings
import GRDB
import Transparency

extension Ledger {
    /// Computes the newest states again from the entries' bytes, and says which declare something else; and which entries
    /// on the way are none.
    func stateDefects(newest: Int, pass: VerifyPass.Outcome) throws -> [Defect] {
        let states = pass.states.suffix(newest)
        guard let last = states.last else { return [] }
        let (listed, unreadable) = try Ledger.listedIDs(path: path, before: last)
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
        return defects + unreadable
    }

    /// The ids that the entries before an index list, and the first few of those that are none.
    private static func listedIDs(
        path: String, before end: Int
    ) throws -> (listed: ListedIDs, unreadable: [Defect]) {
        let units = try VerifyPass.map(path: path, size: end) { database, range, _ in
            let query = try Query(
                database, "SELECT bytes, position FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position"
            ).bind(1, range.lowerBound).bind(2, range.upperBound)
            var listed = ListedIDs()
            var unreadable: [Defect] = []
            while try query.next() {
                do throws(EntryError) { listed.add(try EntryView(query.lent(0))) } catch .refused(let reason) {
                    guard unreadable.count < Diagnosis.mostUnreadable else { continue }
                    unreadable.append(Diagnosis.unreadable(query.integer(1), reason))
                } catch {
                    // What is of a later program is about no booking that this one could list.
                }
            }
            listed.sort()
            return (listed: listed, unreadable: unreadable)
        }
        return (
            ListedIDs(merging: units.map(\.listed)),
            Array(units.flatMap(\.unreadable).prefix(Diagnosis.mostUnreadable))
        )
    }
}
