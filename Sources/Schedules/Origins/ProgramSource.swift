import Bookings
import Foundation

/// Runs a program that prints a schedule, as `[psql, --csv, -c, "SELECT …"]` does.
///
/// What it prints counts only where it ended in time, with the status 0, and printed something. Of what it said on
/// standard error a person gets the first line: a database's words are needed to set things right. But they may quote a
/// value, so that of what stands in quotes or parentheses only what the configuration's own words have is shown, and no
/// word with an `@`.
struct ProgramSource {
    /// The program's name or path, and its arguments.
    let words: [String]
    let folder: String
    let timeout: Int64
    let largest: Int

    func run(now: Timestamp) throws(ScheduleError) -> Received {
        do throws(OutsideError) {
            let run = ProgramRun(
                program: try program(), arguments: Array(words.dropFirst()),
                folder: folder.isEmpty ? nil : folder, timeout: timeout)
            let (end, output, errors) = try run.capture(largest: largest)
            guard end == .exit(0) else {
                let said = ProgramSource.firstLine(of: errors, quoting: words)
                throw OutsideError(sentence: "\(words[0]) \(end)" + (said.map { ": " + $0 } ?? ""))
            }
            guard !output.isEmpty else {
                throw OutsideError(sentence: "\(words[0]) printed nothing, not even the names of its columns")
            }
            return Received(name: words[0], bytes: output, takenAt: now)
        } catch {
            throw .unavailable(error.sentence)
        }
    }

    /// The program's path: of a name, the first of its kind in PATH.
    private func program() throws(OutsideError) -> String {
        if words[0].contains("/") { return URL(filePath: words[0]).absoluteURL.path }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let paths = folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(words[0])" }
        guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw OutsideError(sentence: "\(words[0]): no program of this name is in PATH")
        }
        return path
    }

    /// The first line of what a program said, cut at 200 characters, without what may be a client's value.
    static func firstLine(of bytes: [UInt8], quoting words: [String]) -> String? {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { $0.contains { !$0.isWhitespace } }) else { return nil }
        var shown = ""
        var rest = Substring(
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.prefix(1000).filter {
                        $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
                    })))
        while let start = opening(in: rest) {
            shown += rest[...start]
            let inside = rest[rest.index(after: start)...]
            let close = closing[rest[start]]!
            // An apostrophe inside a word, as in "O'Hara", ends nothing.
            let end =
                inside.indices.first { inside[$0] == close && !(close == "'" && isInWord($0, of: inside)) }
                ?? inside.endIndex
            let quoted = inside[..<end]
            shown += words.contains { $0.contains(quoted) } ? String(quoted) : "…"
            rest = inside[end...]
            if let close = rest.popFirst() { shown.append(close) }
        }
        shown += rest
        let told = shown.split(separator: " ").map { $0.contains("@") ? "…" : String($0) }.joined(separator: " ")
        return told.count > 200 ? told.prefix(200) + "…" : told
    }

    /// Where what may be a value begins; an apostrophe inside a word, as in "couldn't", begins nothing.
    private static func opening(in rest: Substring) -> Substring.Index? {
        rest.indices.first { closing[rest[$0]] != nil && !(rest[$0] == "'" && isInWord($0, of: rest)) }
    }

    private static func isInWord(_ place: Substring.Index, of text: Substring) -> Bool {
        let after = text.index(after: place)
        guard place > text.startIndex, after < text.endIndex else { return false }
        let before = text[text.index(before: place)]
        return (before.isLetter || before.isNumber) && (text[after].isLetter || text[after].isNumber)
    }

    private static let closing: [Character: Character] = [
        "\"": "\"", "'": "'", "`": "`", "(": ")", "“": "”", "«": "»", "„": "“",
    ]
}
