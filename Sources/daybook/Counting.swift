/// Numbers of entries as sentences have them.
extension Int {
    /// "1 entry", "2 entries".
    var entries: String { "\(self) \(self == 1 ? "entry" : "entries")" }

    /// "first entry", "first 2 entries".
    var firstEntries: String { self == 1 ? "first entry" : "first \(self) entries" }

    /// "first entry was there", "first 2 entries were there".
    var firstEntriesWereThere: String { "\(firstEntries) \(self == 1 ? "was" : "were") there" }
}
