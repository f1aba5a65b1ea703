import Bookings
import Foundation
import LedgerStore
import Schedules

/// Writes a night's report into the files that the configuration names, and takes away those that have had their time.
/// Nobody else may read them.
struct NightFiles {
    let reports: Configuration.Reports
    let night: Night
    /// The night as `daybook-night/v1`.
    let json: JSONValue
    /// Names clients.
    let client: (BookingKey) -> Client?

    /// Where the page for people lies; `nil` where none is asked for.
    var page: String? { reports.html.map { NightFiles.path($0, on: summary.day) } }

    private var summary: NightSummary { NightSummary(night) }
    private var named: ((BookingKey) -> Client?)? { reports.isPersonal ? client : nil }

    /// What became of each file.
    func write() -> [Telling.Outcome] {
        let day = summary.day
        let contents: [(pattern: String?, bytes: () -> [UInt8])] = [
            (reports.html, { Array(NightPage(summary: summary, client: named).html.utf8) }),
            (reports.json, { json.bytes + [0x0a] }),
            (reports.csv, { Array(NightTable(summary: summary, client: named).text.utf8) }),
        ]
        return contents.compactMap { pattern, bytes in
            guard let pattern else { return nil }
            let path = NightFiles.path(pattern, on: day)
            do throws(OutsideError) {
                try NightFiles.write(bytes(), to: path)
                let gone = remove(olderThan: day, like: pattern)
                let also = gone == 0 ? "" : "; \(gone) of earlier days removed"
                return Telling.Outcome(name: "report \(path)", isDone: true, sentence: "written\(also)")
            } catch {
                return Telling.Outcome(name: "report \(path)", isDone: false, sentence: error.sentence)
            }
        }
    }

    static func path(_ pattern: String, on day: String) -> String {
        pattern.replacing(Configuration.Reports.date, with: day)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(OutsideError) {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch { throw OutsideError(sentence: "the folder \(folder) is not there, and cannot be made") }
        }
        do throws(DurableFileError) { try DurableFile.write(bytes, to: path) } catch {
            throw OutsideError(sentence: error.description)
        }
    }

    /// Removes files of the pattern's own names whose day is long gone, and nothing else; says how many.
    private func remove(olderThan day: String, like pattern: String) -> Int {
        let name = (pattern as NSString).lastPathComponent
        let parts = name.components(separatedBy: Configuration.Reports.date)
        guard let keep = reports.keep, parts.count == 2, let now = NightFiles.seconds(of: day) else { return 0 }
        let folder = (NightFiles.path(pattern, on: day) as NSString).deletingLastPathComponent
        var count = 0
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? [] {
            guard file.hasPrefix(parts[0]), file.hasSuffix(parts[1]),
                file.utf8.count == parts[0].utf8.count + 10 + parts[1].utf8.count,
                let then = NightFiles.seconds(of: String(file.dropFirst(parts[0].count).prefix(10))), now - then > keep
            else { continue }
            if unlink(folder.isEmpty ? file : "\(folder)/\(file)") == 0 { count += 1 }
        }
        return count
    }

    private static func seconds(of day: String) -> Int64? { Timestamp("\(day)T00:00:00Z")?.seconds }
}
