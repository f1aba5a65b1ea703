import Bookings

/// Which column holds what: by its name, and only where its values agree.
///
/// A value that lands in the wrong column is hashed for good. Therefore what names a person goes only to a word that is
/// sealed, and a word in clear (practitioner, service, location) only takes a column whose values come again and again.
struct ColumnChoice {
    let table: ExportTable
    let looks: [ColumnLook]
    /// The columns of each word, by their places.
    private(set) var columns: [Word: [Int]] = [:]
    private var reasons: [Word: String] = [:]
    private var leftOut: [(column: Int, why: String)] = []
    private(set) var doubts: [ExportGuess.Doubt] = []
    private let refused: Set<Word>
    private let given: Set<Word>
    private let repeated: Set<Int>

    init(_ table: ExportTable, given: [String: [String]]) throws(UnguessableExport) {
        self.table = table
        looks = zip(table.header, table.columns).map { ColumnLook(name: $0, values: $1) }
        let places = Dictionary(grouping: table.header.indices) { Array(table.header[$0].utf8) }
        repeated = Set(places.values.filter { $0.count > 1 }.joined())
        var refused: Set<Word> = []
        for (name, wanted) in given.sorted(by: { $0.key < $1.key }) {
            guard let word = Word(name: name) else { continue }
            guard wanted != ["-"] else {
                refused.insert(word)
                continue
            }
            var chosen: [Int] = []
            for column in wanted {
                guard let place = places[Array(column.utf8)]?.first, !repeated.contains(place) else {
                    let known = table.header.prefix(40).map(MalformationList.quoted).joined(separator: ", ")
                    throw UnguessableExport(
                        "no column, or more than one, is called \(MalformationList.quoted(column)), to which \(name) is "
                            + "mapped; it has \(known)")
                }
                chosen.append(place)
            }
            columns[word] = chosen
            reasons[word] = "as you said"
        }
        self.refused = refused
        self.given = Set(columns.keys)
    }

    // MARK: What came of it

    /// The columns in the order of our words.
    var chosen: [ExportGuess.Column] {
        Word.allCases.compactMap { word in
            columns[word].map { places in
                ExportGuess.Column(
                    word: word.name, columns: places.map { table.header[$0] }, why: reasons[word] ?? "by its name")
            }
        }
    }

    /// The columns of which nothing is recorded.
    var unused: [(column: String, why: String)] {
        let used = Set(columns.values.joined())
        return table.header.indices.filter { !used.contains($0) && !table.header[$0].isEmpty }.map { place in
            (table.header[place], leftOut.last { $0.column == place }?.why ?? "not needed")
        }
    }

    /// The texts of a word in each row, its columns joined as the reader joins them.
    func texts(of word: Word) -> [String] { columns[word].map(joined) ?? [] }

    func joined(_ places: [Int]) -> [String] {
        guard places.count != 1 else { return table.columns[places[0]] }
        return (0..<table.rows).map { row in
            places.map { table.columns[$0][row] }.joined(separator: " ").trimmingSpaces
        }
    }

    // MARK: Choosing

    mutating func choose() {
        take(.clientBorn, unless: "its values are no dates") { $0.holdsDays || $0.holdsTimes }
        take(.clientEmail, unless: "its values are no e-mail addresses", \.holdsEmails)
        take(.clientPhone, unless: "its values are no telephone numbers", \.holdsPhones)
        take(.zone, unless: "its values are no names of zones") { look in
            look.values.allSatisfy { $0.isEmpty || ZoneRules.system.knows($0) }
        }
        chooseTimes()
        take(.clientID, unless: "its values are no ids", \.holdsCodes)
        chooseName()
        chooseBooking()
        chooseStatus()
        for word in [Word.practitioner, .service, .location] {
            take(word, unless: "nearly every row has another value, which may be a person's; map it with --map") {
                $0.repeatsItself && !$0.holdsEmails && !$0.holdsPhones && !$0.holdsTimes
            }
        }
        take(.series, unless: "it is empty") { $0.filled > 0 }
        take(.occurrence, unless: "it is empty") { $0.filled > 0 }
        take(.note, unless: "it is empty") { $0.filled > 0 }
    }

    /// Where clients have no number, what ids are made of stands for it: so that a booking that has got another id can be
    /// found to be the same client's.
    mutating func tellClientsApart(by identity: [String]) {
        guard isOpen(.clientID) else { return }
        for word in [Word.clientName, .clientPhone, .clientEmail] where identity.contains(word.name) {
            guard let places = columns[word] else { continue }
            return set(.clientID, places, "there is no number, and this tells clients apart")
        }
    }

    /// Columns that nobody has yet, whose names stand once.
    var free: [Int] {
        let used = Set(columns.values.joined())
        return looks.indices.filter { !used.contains($0) && !repeated.contains($0) && !looks[$0].name.isEmpty }
    }

    /// Free columns by a name of this word, the surest first.
    func named(_ word: Word) -> [Int] {
        free.compactMap { place in HeaderWords.rank(looks[place].name, of: word).map { (place, $0) } }
            .sorted { $0.1 < $1.1 }.map(\.0)
    }

    func isOpen(_ word: Word) -> Bool { columns[word] == nil && !refused.contains(word) }

    mutating func set(_ word: Word, _ places: [Int], _ reason: String) {
        columns[word] = places
        reasons[word] = reason
    }

    /// True where a person said which column holds this word.
    func isGiven(_ word: Word) -> Bool { given.contains(word) }

    mutating func leaveOut(_ place: Int, _ why: String) { leftOut.append((place, why)) }

    mutating func doubt(_ word: Word, _ sentence: String, _ proposals: [[Int]]) {
        doubts.append(
            ExportGuess.Doubt(
                about: .column(word.name), sentence: sentence,
                proposals: proposals.map { $0.map { looks[$0].name }.joined(separator: "+") }))
    }

    /// Takes the first column of a word's name whose values agree.
    private mutating func take(_ word: Word, unless why: String, _ agrees: (ColumnLook) -> Bool) {
        guard isOpen(word) else { return }
        for place in named(word) {
            guard agrees(looks[place]) else {
                leaveOut(place, looks[place].filled == 0 ? "it is empty" : why)
                continue
            }
            return set(word, [place], "by its name and its values")
        }
    }

    private mutating func chooseName() {
        guard isOpen(.clientName) else { return }
        let first = free.first { HeaderWords.isFirstName(looks[$0].name) }
        let families = free.filter { HeaderWords.isFamilyName(looks[$0].name) && looks[$0].holdsLetters }
        // "Name" may be the whole one, beside "First name" and "Last name".
        let family = families.first { HeaderWords.rank(looks[$0].name, of: .clientName) == nil } ?? families.first
        if let first, let family, first != family {
            return set(.clientName, [first, family], "by their names")
        }
        for place in named(.clientName) {
            let look = looks[place]
            if look.holdsCodes, isOpen(.clientID) {
                set(.clientID, [place], "by its name; its values are ids")
            } else if look.holdsLetters, !look.holdsEmails {
                return set(.clientName, [place], "by its name")
            }
        }
        if let family { set(.clientName, [family], "by its name") }
    }

    private mutating func chooseBooking() {
        guard isOpen(.booking) else { return }
        let candidates = named(.booking)
        let unique = candidates.filter { looks[$0].isUnique && !isTime($0) }
        guard let place = unique.first(where: { !looks[$0].countsRows }) else {
            let others = free.filter { looks[$0].isUnique && !isTime($0) && !looks[$0].countsRows }
            let why =
                unique.first.map {
                    "\(looks[$0].name) counts the rows, and another export would count the same bookings otherwise"
                } ?? candidates.first.map { "\(looks[$0].name) does not have a value of its own in every row" }
                ?? "no column is called as ids of bookings are"
            return doubt(.booking, why, others.map { [$0] })
        }
        let look = looks[place]
        let clients = (columns[.clientName] ?? columns[.clientID])?.map { looks[$0].distinct }.max()
        let clientsRepeat = clients.map { $0 < look.filled } ?? false
        // "ID" may be the client's, where each client has but one appointment.
        let isSure = !HeaderWords.isVague(look.name) || columns[.clientID] != nil || clientsRepeat
        let values = "\(look.filled) values, each of its own"
        guard isSure else {
            return doubt(.booking, "\(look.name) may be the id of the booking or of the client (\(values))", [[place]])
        }
        set(.booking, [place], "by its name; \(values)")
    }

    private func isTime(_ place: Int) -> Bool {
        looks[place].holdsDays || looks[place].holdsTimes || looks[place].holdsClocks
    }
}

extension String {
    /// As the reader trims a joined cell.
    fileprivate var trimmingSpaces: String {
        var text = self
        return text.withUTF8 { $0.trimmed.text }
    }
}
