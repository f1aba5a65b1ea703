/// What a file is by its first bytes.
enum FileKind: Equatable {
    case table
    /// iCalendar, or FHIR in JSON: a format with names of its own, in which nothing is to be guessed.
    case named(String)

    /// Refuses what no schedule is read from, with what to export instead.
    init(_ bytes: [UInt8]) throws(UnguessableExport) {
        guard !bytes.isEmpty else { throw UnguessableExport("the file is empty; was the export cut off?") }
        if let remedy = FileKind.strangers.first(where: { bytes.starts(with: $0.start) })?.remedy {
            throw UnguessableExport(remedy)
        }
        let bare = bytes.drop { [0xef, 0xbb, 0xbf, 0x20, 0x09, 0x0a, 0x0d].contains($0) }
        let head = String(decoding: bare.prefix(4096), as: UTF8.self)
        if head.uppercased().hasPrefix("BEGIN:VCALENDAR") {
            self = .named("ical")
        } else if head.hasPrefix("{") || head.hasPrefix("[") {
            guard head.contains("\"resourceType\"") else {
                throw UnguessableExport(
                    "this is JSON, whose names only its maker knows; write daybook.yaml with format: ndjson and a map, or "
                        + "export a table (CSV)")
            }
            self = .named("fhir")
        } else if head.hasPrefix("<") {
            throw UnguessableExport(
                "this is a web page or XML, also where its name ends in .xls; export the list as CSV")
        } else {
            self = .table
        }
    }

    private static let strangers: [(start: [UInt8], remedy: String)] = [
        (
            [0x50, 0x4b, 0x03, 0x04],
            "this is an Excel workbook or another packed file; in Excel: save as, CSV UTF-8 (comma delimited)"
        ),
        ([0xd0, 0xcf, 0x11, 0xe0], "this is an old Excel workbook; in Excel: save as, CSV UTF-8 (comma delimited)"),
        (Array("%PDF".utf8), "this is a PDF, which is for people; export the list as CSV"),
        ([0x1f, 0x8b], "this is packed (gzip); unpack it first"),
        (Array("SQLite format 3".utf8), "this is a database, and not a list that was exported from it"),
    ]
}
