import Bookings
import Console
import Foundation

/// Lines of a file or of standard input, in batches: what has come is handed over when nothing more is there yet, so
/// that an event on a pipe is recorded at once and a file in large batches.
struct LineReader: ~Copyable {
    private let file: Int32
    private let name: String
    private var rest: [UInt8] = []
    private var line = 0
    private var ready: [(number: Int, bytes: [UInt8])] = []
    private var isAtEnd = false
    private var chunk = [UInt8](repeating: 0, count: 1 << 18)

    private var readyBytes = 0

    static let batch = 1000
    // A thousand lines of the longest kind would fill the memory.
    private static let most = 4 << 20

    init?(path: String) {
        file = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        name = path == "-" ? "standard input" : path
    }

    deinit { close(file) }

    /// The next lines that are not blank, with their numbers, at most ``batch``; `nil` at the end. One that does not wait
    /// gives those that have come. A line that is longer than an event can be is cut there, and what was cut off is not
    /// kept in memory.
    mutating func next(waiting: Bool) throws -> [(number: Int, bytes: [UInt8])]? {
        while waiting, ready.isEmpty, !isAtEnd { try fill() }
        while ready.count < LineReader.batch, readyBytes < LineReader.most, !isAtEnd, hasArrived { try fill() }
        let lines = Array(ready.prefix(LineReader.batch))
        readyBytes -= lines.reduce(0) { $0 + $1.bytes.count }
        ready.removeFirst(lines.count)
        return lines.isEmpty && isAtEnd ? nil : lines
    }

    private var hasArrived: Bool {
        var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    private mutating func fill() throws {
        let count = read(file, &chunk, chunk.count)
        if count < 0, errno == EINTR { return }
        guard count >= 0 else {
            let reason = errno == EISDIR ? "this is a folder, not a file" : String(cString: strerror(errno))
            throw Terminal.fail("\(name): \(reason)", 74)
        }
        guard count > 0 else {
            isAtEnd = true
            if !rest.isEmpty { take() }
            return
        }
        var start = 0
        while let end = chunk[start..<count].firstIndex(of: 0x0a) {
            keep(chunk[start..<end])
            take()
            start = end + 1
        }
        keep(chunk[start..<count])
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        // One byte more than an event may have, so that a longer one is seen to be longer.
        let room = IncomingEvent.longest + 1 - rest.count
        rest.append(contentsOf: bytes.prefix(room))
    }

    private mutating func take() {
        line += 1
        defer { rest = [] }
        if rest.last == 0x0d { rest.removeLast() }
        // A byte order mark, as Windows puts it before a file, is no part of the first event.
        if line == 1, rest.starts(with: [0xef, 0xbb, 0xbf]) { rest.removeFirst(3) }
        guard !rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { return }
        readyBytes += rest.count
        ready.append((line, rest))
    }
}
