import Bookings

/// Which column holds the status, and what its words mean.
extension ColumnChoice {
    mutating func chooseStatus() {
        let flags = free.filter { place in
            HeaderWords.isCancelledFlag(looks[place].name) && looks[place].filled > 0
                && looks[place].values.allSatisfy { $0.isEmpty || StatusWords.status(ofFlag: $0) != nil }
        }
        guard isOpen(.status) else { return }
        var status: Int?
        for place in named(.status) {
            if status == nil, looks[place].hasFewWords {
                status = place
            } else {
                leaveOut(place, "its values are not a few words that come again and again")
            }
        }
        guard let status else {
            if let flag = flags.first { set(.status, [flag], "by its name; it says yes or no") }
            return
        }
        // A row may be "Confirmed" and cancelled at once: then both columns together are the status.
        if let flag = flags.first, contradicts(flag, status) {
            return set(.status, [status, flag], "by their names; the second says yes or no")
        }
        set(.status, [status], "by its name; its words are few")
    }

    private func contradicts(_ flag: Int, _ status: Int) -> Bool {
        zip(looks[flag].values, looks[status].values).contains { flag, word in
            StatusWords.status(ofFlag: flag) == .cancelled && StatusWords.status(of: word) != .cancelled
        }
    }

    /// The words in the chosen columns with what they mean.
    func statusWords(given: [String: Appointment.Status]) -> [ExportGuess.StatusWord] {
        guard let places = columns[.status] else { return [] }
        var words: [String: (rows: Int, status: Appointment.Status?)] = [:]
        for (row, word) in joined(places).enumerated() where !word.isEmpty {
            if words[word] == nil { words[word] = (0, given[word] ?? meaning(places, row, word)) }
            words[word]!.rows += 1
        }
        return words.map { ExportGuess.StatusWord(word: $0, rows: $1.rows, status: $1.status) }
            .sorted { ($1.rows, $0.word) < ($0.rows, $1.word) }
    }

    private func meaning(_ places: [Int], _ row: Int, _ word: String) -> Appointment.Status? {
        if let same = Appointment.Status(rawValue: word) { return same }
        let flags = places.filter { HeaderWords.isCancelledFlag(looks[$0].name) }
        if let flag = flags.first {
            let said = StatusWords.status(ofFlag: looks[flag].values[row])
            if places.count == 1 || said == .cancelled { return said }
        }
        let first = places.first { !flags.contains($0) }
        return first.flatMap { StatusWords.status(of: looks[$0].values[row]) }
    }
}

extension ColumnLook {
    /// True for the few words that a practice has for the standing of an appointment.
    fileprivate var hasFewWords: Bool {
        filled > 0 && distinct <= MalformationList.mostWords && repeatsItself && !holdsDays && !holdsTimes
            && !holdsEmails && !holdsPhones && values.allSatisfy { $0.count <= 40 }
    }
}
