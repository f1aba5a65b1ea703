import Bookings
import Foundation
import Transparency

/// A mail of plain text (RFC 5322, with MIME), written by a program and marked as such.
///
/// Addresses were checked when the configuration was read (`ConfigurationReader.isMailAddress`); everything else is made
/// harmless here, so that no text can start another line of the head.
struct MailMessage {
    var to: String
    /// `nil` where the program that takes the mail fills it in.
    var from: String?
    var subject: String
    var text: String
    var date: Timestamp
    /// How the text is written. A mail of which somebody copies lines by hand goes out as it is.
    var transfer = Transfer.quotedPrintable

    enum Transfer: String {
        case quotedPrintable = "quoted-printable"
        /// The text as it is: no line of it may be longer than 998 bytes.
        case eightBit = "8bit"
    }

    /// The mail. `end` is how its lines end: programs take a single LF, servers ask for CR LF.
    func bytes(end: String = "\n") -> [UInt8] {
        var head = ["To: \(to)"]
        if let from { head.append("From: Daybook <\(from)>") }
        head += [
            "Subject: \(MailMessage.encoded(subject))", "Date: \(MailMessage.date(date))", "Message-ID: \(identifier)",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: \(transfer.rawValue)", "Auto-Submitted: auto-generated",
        ]
        let body = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let lines = transfer == .eightBit ? body : body.flatMap(MailMessage.quotedPrintable)
        return Array((head + [""] + lines).map { $0.replacing("\n", with: end) }.joined(separator: end).utf8)
    }

    private var identifier: String {
        let host = (from ?? to).split(separator: "@").last.map(String.init) ?? ""
        let isPlain = host.utf8.allSatisfy { $0 == 0x2d || $0 == 0x2e || (0x30...0x7a).contains($0) }
        return
            "<\(date.seconds).\(Hash.sha256(randomBytes(16)).hexadecimal.prefix(24))@\(isPlain ? host : "daybook.invalid")>"
    }

    /// `Wed, 25 Mar 2026 02:00:14 +0000`.
    static func date(_ moment: Timestamp) -> String {
        let civil = CivilTime(seconds: moment.seconds)!
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let (year, month, day) = civil.date
        let clock = civil.text.dropFirst(11)
        let digits = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
        return "\(days[civil.weekday]), \(day) \(months[month - 1]) \(digits) \(clock) +0000"
    }

    /// A text as it stands in a mail's head: as it is where it is short and plain, else as encoded words (RFC 2047).
    static func encoded(_ text: String) -> String {
        let line = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        let isPlain = line.utf8.allSatisfy { (0x20...0x7e).contains($0) } && !line.contains("=?")
        if isPlain, line.utf8.count <= 66 { return line }
        // 39 bytes become 52 characters: with what stands around and before them, less than the 76 that a line may have.
        var words: [[UInt8]] = [[]]
        for scalar in line.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > 39 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Base64.standard.encode($0))?=" }.joined(separator: "\n ")
    }

    /// One line as quoted-printable (RFC 2045 §6.7): lines of at most 76 characters.
    static func quotedPrintable(_ line: String) -> [String] {
        var lines: [String] = []
        var current = ""
        let bytes = Array(line.utf8)
        for (place, byte) in bytes.enumerated() {
            let isLast = place == bytes.count - 1
            let isPlain = (0x21...0x7e).contains(byte) && byte != 0x3d || (byte == 0x20 || byte == 0x09) && !isLast
            let hex = String(byte, radix: 16, uppercase: true)
            let piece = isPlain ? String(UnicodeScalar(byte)) : "=\(byte < 16 ? "0" : "")\(hex)"
            // A line that starts so is a mail's own mark to old programs, or the end of one.
            let isMark = current.isEmpty && (piece == "." || piece == "F" && line.hasPrefix("From "))
            let safe = isMark ? "=\(hex)" : piece
            if current.utf8.count + safe.utf8.count > 75 {
                lines.append(current + "=")
                current = ""
            }
            current += safe
        }
        return lines + [current]
    }
}
