import Foundation

/// Files with what opens something outside. One that others can read is not used.
package enum SecretFile {
    private static let longest = 8192

    /// A token: one word of printable characters.
    package static func token(_ path: String) throws(OutsideError) -> String {
        let text = try text(path)
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw OutsideError(sentence: "\(path): a token is one word of printable characters, in one line")
        }
        return text
    }

    /// A name and a password, as HTTP's Basic takes them (RFC 7617, in UTF-8).
    static func user(_ path: String) throws(OutsideError) -> String {
        Data(try nameAndPassword(path).utf8).base64EncodedString()
    }

    /// `name:password`.
    package static func nameAndPassword(_ path: String) throws(OutsideError) -> String {
        let text = try text(path)
        guard let mark = text.unicodeScalars.firstIndex(of: ":"), mark != text.unicodeScalars.startIndex,
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw OutsideError(sentence: "\(path): a name and a password are one line, as name:password") }
        return text
    }

    private static func text(_ path: String) throws(OutsideError) -> String {
        var status = stat()
        guard stat(path, &status) == 0, let bytes = try? ByteSource.contents(path: path, limit: longest) else {
            throw OutsideError(sentence: "\(path): there is no such file, it may not be read, or it is too long")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw OutsideError(sentence: "\(path): others can read this secret; run: chmod 600 \(path)")
        }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
