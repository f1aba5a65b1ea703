import Bookings
import Transparency

/// Reads FHIR R4 appointments into rows: one, one a line (NDJSON), in Bundles, or all of it one after another, with
/// white space between.
///
/// One document, of at most ``longestDocument`` bytes, is in memory at a time, and of a Bundle one entry at a time is
/// made into a value. A row's number is that of its resource, each entry of a Bundle being one.
struct FHIRSchedule {
    private let layout: ScheduleLayout
    private let paths: [[FHIRPath]]
    private var reader: RowReader
    private var rows = AllRows()
    private var row = Row()
    private var text = RowText()
    private var seen: Set<Word> = []
    private var pages = FHIRPages()
    private var place = Place()
    private var hasObject = false
    /// The bookings that an export says were deleted.
    var deleted: Set<Identifier> = []

    /// Where in which file the reader is.
    private struct Place {
        var file = ""
        // The file's name, where several are read.
        var name: String?
        var document = 0
        var entry: Int?
        // The line of the document's byte so many.
        var line = 1
        var offset = 0

        /// Goes on to a place in the document, which lies behind the one before.
        mutating func advance(to next: Int, in bytes: UnsafeBufferPointer<UInt8>) {
            line += bytes[offset..<next].count { $0 == 0x0a }
            offset = next
        }

        var description: String {
            (entry.map { "entry \($0) of " } ?? "") + "document \(document), line \(line)"
                + (name.map { " of \($0)" } ?? "")
        }
    }

    /// The most bytes of one document: a page of some twenty thousand appointments.
    static let longestDocument = 64 << 20
    // Rows are packed so many at a time, or all of them would be in memory twice.
    private static let pieceLength = 4096

    init(_ layout: ScheduleLayout, _ reader: consuming RowReader) {
        self.layout = layout
        self.reader = reader
        paths = Word.allCases.map { word in
            (layout.columns[word.name] ?? FHIRPath.usual[word] ?? []).map(FHIRPath.init)
        }
        row.trimsIdentifiers = false
    }

    /// Reads all of one file or of one search's pages, and gives the digest of the bytes with the rows.
    static func read(
        _ window: consuming ByteWindow, _ layout: ScheduleLayout, _ reader: consuming RowReader
    ) throws(ScheduleError) -> (rows: AllRows, digest: Hash) {
        var schedule = FHIRSchedule(layout, reader)
        try schedule.read(&window)
        return (try schedule.finish(path: window.path), window.finishDigest())
    }

    /// Reads one file to its end, and returns how many appointments it has. One of several has a name.
    @discardableResult
    mutating func read(_ window: inout ByteWindow, name: String? = nil) throws(ScheduleError) -> Int {
        let before = rows.count
        place = Place(file: window.path, name: name)
        try window.start()
        while let length = try next(&window) {
            let bytes = UnsafeBufferPointer(rebasing: window.bytes[..<length])
            place.document += 1
            place.entry = nil
            place.offset = 0
            try take(bytes)
            place.advance(to: length, in: bytes)
            window.use(length)
        }
        rows.append(reader.take(), after: 0)
        return rows.count - before
    }

    /// Ends the reading; `path` is what errors about all of it name.
    mutating func finish(path: String) throws(ScheduleError) -> AllRows {
        pages.finish(&rows)
        func refusal(_ reason: String, column: String? = nil) -> ScheduleError {
            .badFile(path: path, line: nil, column: column, reason: reason)
        }
        guard hasObject else { throw refusal("there is no FHIR resource in it: no Bundle and no Appointment") }
        if rows.count == 0, rows.passedOver > 0 {
            throw refusal("of its \(rows.passedOver) resources none is an Appointment; is it the right file?")
        }
        for word in Word.allCases where isMapped(word) && !seen.contains(word) && rows.count > 0 {
            throw refusal(
                "no appointment has this, to which \"\(word.name)\" is mapped", column: layout.title(of: word))
        }
        rows.appointments.adoptTexts(of: [reader.packer])
        return rows
    }

    private func isMapped(_ word: Word) -> Bool {
        layout.columns[word.name] != nil && !layout.names(of: word).isEmpty
    }

    /// The rows of an export of which no file is there: none, and the reasons.
    mutating func missing() -> AllRows {
        pages.finish(&rows)
        return rows
    }

    /// Notes why rows are missing.
    mutating func addShortfall(_ reason: String) { rows.addShortfall(reason) }

    /// Notes how many appointments a file should have had, and has.
    mutating func note(expected: Int, found: Int) { pages.note(expected: expected, found: found) }

    // MARK: Documents

    /// The length of the next document; `nil` at the end of the file.
    private mutating func next(_ window: inout ByteWindow) throws(ScheduleError) -> Int? {
        while true {
            let blank = window.bytes.prefix { JSONParts.isSpace($0) }
            place.line += blank.count { $0 == 0x0a }
            window.use(blank.count)
            if !window.bytes.isEmpty { break }
            if window.isComplete { return nil }
            try window.fill()
        }
        var scanner = JSONValueScanner(at: 0)
        while true {
            let bytes = UnsafeBufferPointer(window.bytes)
            if let end = scanner.end(in: bytes, isComplete: window.isComplete) {
                guard end > 0 else { throw failure("not JSON: a resource starts with {") }
                return end
            }
            guard bytes.count <= FHIRSchedule.longestDocument else {
                throw failure("a document of more than \(FHIRSchedule.longestDocument) bytes; ask for smaller pages")
            }
            guard !window.isComplete else { throw failure("the file ends within what starts here; was it cut off?") }
            try window.fill()
        }
    }

    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) throws(ScheduleError) {
        guard let resource = FHIRResource(bytes, at: bytes.indices) else {
            let reason = try complaint(bytes)
            // A word that no bracket encloses is no part of any JSON: this is another kind of file.
            if ![UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\"")].contains(bytes[0]), reason != nil {
                throw failure("not JSON: a resource starts with {")
            }
            countResource()
            return refuse(reason ?? "no JSON object")
        }
        hasObject = true
        guard resource.isBundle else {
            countResource()
            return try take(resource, bytes) { _ in }
        }
        try takeBundle(resource, bytes)
    }

    private mutating func takeBundle(
        _ bundle: FHIRResource, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ScheduleError) {
        guard bundle.bundleType != "history" else {
            throw failure(
                "a history has every version of an appointment; read a search or an export, which show one state")
        }
        if let contradiction = bundle.pageTrouble { rows.addShortfall(contradiction) }
        if let changed = pages.begin(total: bundle.total, hasNext: bundle.link("next") != nil) {
            rows.addShortfall(changed)
        }
        place.entry = 0
        let isList = try bundle.entries { (at, entry) throws(ScheduleError) in
            place.entry! += 1
            place.advance(to: at.lowerBound, in: bytes)
            countResource()
            guard let entry else {
                pages.count()
                return refuse("no JSON object")
            }
            // What a transaction deletes is no row.
            guard !entry.isDeletion(bytes) else { return }
            guard let lies = entry.resource else {
                pages.count()
                return refuse("an entry without a resource")
            }
            guard let resource = FHIRResource(bytes, at: lies) else {
                pages.count()
                return refuse(try complaint(UnsafeBufferPointer(rebasing: bytes[lies])) ?? "no JSON object")
            }
            // What a search includes beside what it found is not in its total.
            let isIncluded = entry.mode(bytes) == "include"
            try take(resource, bytes) { pages in if !isIncluded { pages.count() } }
        }
        if !isList { rows.addShortfall("the entries of \(place.description), cannot be read to their end") }
    }

    // MARK: Resources

    private mutating func countResource() {
        row.number += 1
        if row.number.isMultiple(of: FHIRSchedule.pieceLength) { rows.append(reader.take(), after: 0) }
    }

    private mutating func take(
        _ resource: FHIRResource, _ bytes: UnsafeBufferPointer<UInt8>, count: (inout FHIRPages) -> Void
    ) throws(ScheduleError) {
        switch resource.type {
        case "Appointment": break
        case "OperationOutcome":
            if let code = FHIRResource.value(in: bytes, at: resource.place)?.failure {
                rows.addShortfall("the server reported an error (\(code))")
            }
            return
        case "Bundle": return rows.addShortfall("a Bundle within a Bundle was not read")
        case nil:
            count(&pages)
            return refuse("a resource without a resourceType")
        default:
            rows.passedOver += 1
            return
        }
        count(&pages)
        guard resource.place.count <= FHIRResource.longest else {
            return refuse("an appointment of more than \(FHIRResource.longest) bytes")
        }
        guard let appointment = FHIRResource.value(in: bytes, at: resource.place) else {
            return refuse(try complaint(UnsafeBufferPointer(rebasing: bytes[resource.place])) ?? "no JSON object")
        }
        read(appointment)
    }

    private mutating func read(_ appointment: JSONValue) {
        text.clear()
        for word in Word.allCases {
            let values = paths[word.rawValue].compactMap { $0.value(in: appointment) }
            if !values.isEmpty { seen.insert(word) }
            text.append(word, values)
        }
        let booking = appointment["id"]?.string.map { Identifier($0) }
        if appointment["status"] == nil {
            reader.note(booking, row: row.number, column: Word.status.name, "the appointment has no status")
        }
        if let participants = appointment["participant"], !participants.isListOfObjects {
            reader.note(booking, row: row.number, column: "participant", "no list of objects")
        }
        if let booking, deleted.contains(booking) {
            reader.note(
                booking, row: row.number, column: "deleted",
                "the export has the appointment, and says that it was deleted")
        }
        text.read(&row, by: &reader)
    }

    /// Names a resource of which nothing can be read.
    private mutating func refuse(_ reason: String) {
        let place = place
        reader.refuse(row: row.number, "\(place.description): \(reason)")
    }

    /// Why bytes are no JSON; `nil` where they are. Bytes in another encoding are no trouble of one resource.
    private func complaint(_ bytes: UnsafeBufferPointer<UInt8>) throws(ScheduleError) -> String? {
        guard CSVScanner.lineThatIsNotUTF8(bytes) == nil else { throw failure(layout.encoding.refusal) }
        guard bytes.count <= FHIRResource.longest else { return "no JSON object, or one with a member twice" }
        do throws(JSONError) {
            _ = try JSONValue(parsing: Array(bytes))
            return nil
        } catch { return "not JSON: \(error.reason), at byte \(error.offset + 1) of it" }
    }

    private func failure(_ reason: String) -> ScheduleError {
        .badFile(path: place.file, line: place.line, column: nil, reason: reason)
    }
}

extension FHIRResource {
    /// What a Bundle's own headings leave in doubt.
    fileprivate var pageTrouble: String? {
        if has("link"), !hasLinks { return "a Bundle's links cannot be read, so that a next page may be missing" }
        if hasLostNext { return "a Bundle's next link has no address, so that the next page is missing" }
        if has("total"), total == nil { return "a Bundle's total cannot be read" }
        if bundleType == "searchset", let address = link("self"), FHIRResource.asksForChanges(address) {
            return "the search asked only for what changed since a time"
        }
        return nil
    }

    /// True for a search or an export that shows changes, and not a state.
    static func asksForChanges(_ address: String) -> Bool {
        address.contains("_lastUpdated=") || address.contains("_since=")
    }
}

extension FHIRResource.Entry {
    fileprivate func isDeletion(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        request.flatMap { FHIRResource.value(in: bytes, at: $0) }?["method"]?.string == "DELETE"
    }

    fileprivate func mode(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        search.flatMap { FHIRResource.value(in: bytes, at: $0) }?["mode"]?.string
    }
}

extension JSONValue {
    fileprivate var isListOfObjects: Bool { array?.allSatisfy { $0.members != nil } ?? false }

    /// The code of the first error in an OperationOutcome; its words may be a client's, and are not asked for.
    fileprivate var failure: String? {
        let issue = self["issue"]?.array?.first { ["error", "fatal"].contains($0["severity"]?.string) }
        return issue.map { issue in
            let code = issue["code"]?.string ?? ""
            let isCode =
                (1...40).contains(code.utf8.count) && code.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2d }
            return isCode ? code : "of no known kind"
        }
    }
}
