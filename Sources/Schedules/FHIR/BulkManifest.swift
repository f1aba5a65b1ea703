import Bookings
import Foundation
import Transparency

/// What a bulk data export says of itself, in the JSON that its server answers with (HL7 Bulk Data Access): which files
/// there are, what was deleted, what went wrong, and of which moment it is.
///
/// Each file is looked for beside the manifest, by the last part of its address.
struct BulkManifest {
    /// The manifest's own path.
    let path: String
    /// The moment of which the export is.
    let transactionTime: Timestamp
    private let bytes: [UInt8]
    private let outputs: [File]
    private let deleted: [File]
    private let errors: Int
    /// True where the export was asked only for what changed.
    private let isIncremental: Bool

    /// One of the files.
    private struct File {
        let name: String
        let count: Int?
    }

    private static let longest = 16 << 20
    private static let mostDeleted = 1 << 20

    /// The manifest at a path, or in the folder at a path; `nil` for a file that is none, and for a folder without.
    static func find(_ path: String) throws(ScheduleError) -> BulkManifest? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        guard isFolder.boolValue else { return try path.hasSuffix(".json") ? read(path) : nil }
        let folder = path.hasSuffix("/") ? path : path + "/"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        if names.contains("manifest.json") { return try read(folder + "manifest.json") }
        for name in names.sorted() where name.hasSuffix(".json") {
            if let manifest = try read(folder + name) { return manifest }
        }
        return nil
    }

    /// The manifest in a file; `nil` where it is another kind of file.
    private static func read(_ path: String) throws(ScheduleError) -> BulkManifest? {
        let bytes: [UInt8]
        do throws(ScheduleError) {
            bytes = try ByteSource.contents(path: path, limit: longest)
        } catch .badFile { return nil }
        let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
        guard let json = try? JSONValue(parsing: text), json["output"] != nil, let time = json["transactionTime"] else {
            return nil
        }
        func failure(_ member: String, _ reason: String) -> ScheduleError {
            .badFile(path: path, line: nil, column: member, reason: reason)
        }
        guard let moment = time.string.flatMap({ Timestamp($0) }) else {
            throw failure("transactionTime", "no moment; one is written 2026-09-22T09:00:00Z")
        }
        func files(_ member: String, type: String?) throws(ScheduleError) -> [File] {
            guard let value = json[member] else { return [] }
            guard let list = value.array else { throw failure(member, "a list of files") }
            var files: [File] = []
            for item in list where type == nil || item["type"]?.string == type {
                guard let name = item["url"]?.string.flatMap(BulkManifest.name) else {
                    throw failure(member, "a file without an address that ends in a name")
                }
                guard !files.contains(where: { $0.name == name }) else {
                    throw failure(member, "two files of the name \(MalformationList.quoted(name))")
                }
                files.append(File(name: name, count: item["count"]?.integer))
            }
            return files
        }
        return BulkManifest(
            path: path, transactionTime: moment, bytes: bytes, outputs: try files("output", type: "Appointment"),
            deleted: try files("deleted", type: nil), errors: json["error"]?.array?.count ?? 0,
            isIncremental: json["request"]?.string.map(FHIRResource.asksForChanges) ?? false)
    }

    /// The last part of an address, which must be the name of a file and lead nowhere else.
    private static func name(_ address: String) -> String? {
        let last = address.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init)
        guard let name = last?.removingPercentEncoding, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 255,
            !name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 < 0x20 })
        else { return nil }
        return name
    }

    /// Where a file lies; `nil` where it is not beside the manifest.
    private func path(of file: File) -> String? {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return [file.name, file.name + ".ndjson"].map { folder + $0 }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Reads the appointments of the export. The digest is that of the manifest's bytes and, behind them, those of its
    /// files of appointments, in its order.
    func read(
        _ layout: ScheduleLayout, _ reader: consuming RowReader
    ) throws(ScheduleError) -> (rows: AllRows, digest: Hash) {
        var schedule = FHIRSchedule(layout, reader)
        schedule.deleted = deletedBookings()
        if errors > 0 {
            schedule.addShortfall("the server could not export everything (\(errors) under \"error\" in the manifest)")
        }
        if isIncremental { schedule.addShortfall("the export was asked only for what changed since a time") }
        if outputs.isEmpty { schedule.addShortfall("the manifest has no file of appointments") }
        var digest = RunningDigest()
        bytes.withUnsafeBytes { digest.update($0) }
        var isEmpty = true
        for file in outputs {
            guard let path = path(of: file) else {
                schedule.addShortfall("the file \(MalformationList.quoted(file.name)) is not beside the manifest")
                continue
            }
            var window = ByteWindow(try ByteSource(path: path), encoding: layout.encoding, digest: digest)
            let found = try schedule.read(&window, name: MalformationList.quoted(file.name))
            digest = window.takeDigest()
            if let count = file.count { schedule.note(expected: count, found: found) }
            isEmpty = false
        }
        return (isEmpty ? schedule.missing() : try schedule.finish(path: path), digest.finish())
    }

    /// The appointments that the export says were deleted. A file of them that is missing or cannot be read proves
    /// nothing, as a missing list of them does.
    private func deletedBookings() -> Set<Identifier> {
        var bookings: Set<Identifier> = []
        for file in deleted {
            guard let path = path(of: file),
                let bytes = try? ByteSource.contents(path: path, limit: FHIRSchedule.longestDocument)
            else { continue }
            for line in bytes.split(separator: 0x0a) where bookings.count < BulkManifest.mostDeleted {
                guard let bundle = try? JSONValue(parsing: Array(line)) else { continue }
                for entry in bundle["entry"]?.array ?? [] where entry["request"]?["method"]?.string == "DELETE" {
                    let parts = (entry["request"]?["url"]?.string ?? "").split(separator: "/")
                    if parts.count > 1, parts[parts.count - 2] == "Appointment" {
                        bookings.insert(Identifier(String(parts[parts.count - 1])))
                    }
                }
            }
        }
        return bookings
    }
}
