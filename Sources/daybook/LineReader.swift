import Bookings
import Foundation

/// Lines of a file or of standard input, in batches: what has come is handed over when nothing more is there yet, so
/// that an event on a pipe is recorded at once and a file in large batches.
struct LineReader: ~Copyable {
    private let file: Int32
    private var rest: [UInt8] = []
    private(set) var line = 0

    static let batch = 1000

    init?(path: String) {
        file = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
    }

    deinit { close(file) }

    /// The next lines with their numbers; `nil` at the end. A line that is longer than an event can be is cut there:
    /// what was cut off is counted, and not kept in memory.
    mutating func next() throws -> [(number: Int, bytes: [UInt8])]? {
        var lines: [(Int, [UInt8])] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Terminal.fail("reading failed: \(String(cString: strerror(errno)))", 74) }
            if count == 0 {
                guard !rest.isEmpty else { return lines.isEmpty ? nil : lines }
                lines.append(take())
                return lines
            }
            var start = 0
            while let end = chunk[start..<count].firstIndex(of: 0x0a) {
                keep(chunk[start..<end])
                lines.append(take())
                start = end + 1
            }
            keep(chunk[start..<count])
            if !lines.isEmpty { return lines }
        }
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        // One byte more than an event may have, so that a longer one is seen to be longer.
        let room = IncomingEvent.longest + 1 - rest.count
        rest.append(contentsOf: bytes.prefix(room))
    }

    private mutating func take() -> (Int, [UInt8]) {
        line += 1
        defer { rest = [] }
        if rest.last == 0x0d { rest.removeLast() }
        return (line, rest)
    }
}
