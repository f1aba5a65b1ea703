/// The header and the first rows of a file, cut into columns.
struct ExportTable {
    let delimiter: UInt8
    /// How sure the delimiter is, in words.
    let why: String
    let header: [String]
    /// The values of each column, trimmed; each column has as many as there are ``rows``.
    private(set) var columns: [[String]] = []
    private(set) var rows = 0

    private static let mostRows = 5000
    private static let mostColumns = 400

    /// Cuts a text; where it is not whole, its last record is left out.
    init(_ text: [UInt8], isWhole: Bool, given: UInt8?) throws(UnguessableExport) {
        var text = text
        let line = SeparatorLine(text)
        if let line { text.removeFirst(line.length) }
        if let fixed = given ?? line?.delimiter {
            delimiter = fixed
            why = given == nil ? "its first line says so" : "as you said"
        } else {
            (delimiter, why) = ExportTable.delimiter(of: text, isWhole: isWhole)
        }
        var records = ExportTable.records(of: text, delimiter, isWhole: isWhole, most: ExportTable.mostRows)
        guard let first = records.first else {
            throw UnguessableExport("nothing in it can be read as a row; is it a table (CSV)?")
        }
        try ExportTable.refuseTitles(records)
        try ExportTable.refuseData(first)
        header = first
        records.removeFirst()
        guard !records.isEmpty else {
            throw UnguessableExport(
                "it has a header and no row; set up with an export that has some appointments in it")
        }
        let width = header.count
        guard width <= ExportTable.mostColumns else {
            throw UnguessableExport(
                "it has more than \(ExportTable.mostColumns) columns; export those of the appointment")
        }
        rows = records.count
        columns = (0..<width).map { column in records.map { column < $0.count ? $0[column] : "" } }
    }

    /// Records that are not blank, with trimmed fields.
    private static func records(
        of text: [UInt8], _ delimiter: UInt8, isWhole: Bool, most: Int
    ) -> [[String]] {
        var scanner = CSVScanner(delimiter: delimiter, encoding: .utf8)
        var records: [[String]] = []
        var text = text
        text.withUnsafeMutableBufferPointer { bytes in
            var at = 0
            while at < bytes.count, records.count < most {
                let rest = UnsafeMutableBufferPointer(rebasing: bytes[at...])
                guard case .record(let length) = scanner.scan(rest, isComplete: isWhole) else { return }
                let record = UnsafeBufferPointer(rebasing: rest[..<length])
                if !scanner.isBlank(record) {
                    records.append(scanner.fields.map { $0.cell(in: record).trimmed.text })
                }
                at += length
            }
        }
        return records
    }

    /// The delimiter by which most rows have as many fields as the header, and of several the one that makes most.
    private static func delimiter(of text: [UInt8], isWhole: Bool) -> (UInt8, String) {
        var best = (delimiter: UInt8(ascii: ","), score: 0.0, fields: 1)
        for delimiter in ScheduleLayout.delimiters {
            let records = records(of: text, delimiter, isWhole: isWhole, most: 200)
            guard let fields = records.first?.count, fields > 1 else { continue }
            let agreeing = records.count { $0.count == fields }
            let score = Double(agreeing) / Double(records.count)
            if (score, fields) > (best.score, best.fields) { best = (delimiter, score, fields) }
        }
        return (best.delimiter, best.fields > 1 ? "it cuts the rows into \(best.fields) columns" : "nothing else fits")
    }

    /// Reports start with their title and the day of the print: the header is the first line that a night reads.
    private static func refuseTitles(_ records: [[String]]) throws(UnguessableExport) {
        func known(_ record: [String]) -> Int { record.count(where: HeaderWords.knows) }
        guard let place = records.prefix(12).indices.max(by: { known(records[$0]) < known(records[$1]) }), place > 0,
            known(records[place]) >= 3, known(records[place]) > 2 * known(records[0])
        else { return }
        throw UnguessableExport(
            "its header seems to be row \(place + 1), below a title; export it without title lines, so that the first line "
                + "names the columns")
    }

    /// A first row of data under which nobody can say what a column is.
    private static func refuseData(_ first: [String]) throws(UnguessableExport) {
        let isData = first.contains { cell in
            WrittenTime(cell) != nil || cell.contains("@") || cell.utf8.count { (0x30...0x39).contains($0) } > 3
        }
        guard isData, first.count(where: HeaderWords.knows) < 2 else { return }
        throw UnguessableExport(
            "its first line is a row, and no header; export it with the columns' names in the first line")
    }
}
