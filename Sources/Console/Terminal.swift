package import ArgumentParser
package import Bookings
import Foundation

/// What is said to people. Data goes to standard output; everything else to standard error, with "daybook:" before it,
/// no capital at the start and no full stop at the end.
package enum Terminal {
    package static func print(_ text: String) {
        write(plain(text) + "\n", to: STDOUT_FILENO)
    }

    /// Prints one JSON object, byte for byte: a program reads it.
    package static func print(_ json: JSONValue) {
        write(json.text + "\n", to: STDOUT_FILENO)
    }

    /// Writes a part of a conversation to standard error, as it is.
    package static func tell(_ text: String, terminator: String = "\n") {
        write(plain(text) + terminator, to: STDERR_FILENO)
    }

    /// The program's own name: `daybook`, or `daybook-verify`.
    private static let program =
        CommandLine.arguments.first.map { $0.hasSuffix("daybook-verify") } ?? false
        ? "daybook-verify" : "daybook"

    package static func say(_ text: String) {
        write("\(program): \(plain(text))\n", to: STDERR_FILENO)
    }

    /// Writes the line that is written anew: what stood in it goes.
    static func rewriteLine(_ text: String) {
        // Longer than the line, it would leave its first part behind.
        write("\r\u{1b}[K\(plain(text).prefix(78))", to: STDERR_FILENO)
    }

    /// Whoever closed the other end did not want more; an output that cannot be written for another reason is an error.
    private static func write(_ text: String, to file: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                if errno == EPIPE { return }
                let reason = String(cString: strerror(errno))
                if file != STDERR_FILENO {
                    write("\(program): the output cannot be written: \(reason)\n", to: STDERR_FILENO)
                }
                exit(74)
            }
            rest = rest.dropFirst(written)
        }
    }

    /// The text without what could steer a terminal or turn its line around, but for the colours of this program: an
    /// id is somebody else's text.
    private static func plain(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.first {
            if rest.starts(with: colourMark) {
                rest.removeFirst(colourMark.count)
                out.append(contentsOf: "\u{1b}[".unicodeScalars)
                continue
            }
            rest.removeFirst()
            let steers =
                scalar.value < 0x20 && scalar != "\n" || (0x7f...0x9f).contains(scalar.value)
                || scalar.properties.generalCategory == .format
            if steers {
                out.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                out.append(scalar)
            }
        }
        return String(out)
    }

    /// What stands for the start of this program's own colours until the text is printed. It is another each time, so
    /// that no id can have it.
    private static let colourMark = (0..<4).map { _ in Unicode.Scalar(UInt32.random(in: 0xf0000...0xffffd))! }

    package static func colour(_ code: String) -> String {
        var text = String.UnicodeScalarView(colourMark)
        text.append(contentsOf: "\(code)m".unicodeScalars)
        return String(text)
    }

    package static func fail(_ text: String, _ status: Int32) -> ExitCode {
        say(text)
        return ExitCode(status)
    }

    /// True where a person looks on and has not asked for plain text (https://no-color.org).
    package static let isColoured = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    package static func bold(_ text: String) -> String { isColoured ? colour("1") + text + colour("0") : text }

    /// Words folded at 100 columns, every line after the first indented.
    package static func folded(_ text: String, indent: Int = 0, width: Int = 100) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + word.count + 1 > width - indent {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        lines.append(line)
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
