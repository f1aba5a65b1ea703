import Console
import Foundation

/// A secret in a file of its own, which nobody else may read.
struct SecretFile {
    let path: String

    /// The file's lines, exactly so many, each of printable characters, and no white space around them.
    func lines(_ count: Int) throws(OutsideError) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0, let data = CheckpointFile.start(of: path, count: SecretFile.most + 1) else {
            throw OutsideError(sentence: "\(path): there is no such file, or it may not be read")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw OutsideError(sentence: "\(path): others can read this secret; run: chmod 600 \(path)")
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        guard lines.count == count, data.count <= SecretFile.most,
            lines.allSatisfy({ line in !line.isEmpty && line.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
        else {
            let what = count == 1 ? "a secret is one line" : "\(count) lines are expected"
            throw OutsideError(sentence: "\(path): \(what) of printable characters, at most \(SecretFile.most) bytes")
        }
        return lines
    }

    private static let most = 8192
}
