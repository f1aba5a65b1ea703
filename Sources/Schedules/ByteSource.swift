import Foundation

/// Where a schedule's bytes come from: a file, standard input, or memory.
struct ByteSource: ~Copyable {
    /// What errors call it.
    let path: String
    /// The number of bytes, where that is known beforehand.
    let size: Int?
    private let descriptor: Int32
    private var memory: ArraySlice<UInt8>

    /// Opens a file; `-` is standard input.
    init(path: String) throws(ScheduleError) {
        guard path != "-" else {
            self.init(path: "standard input", descriptor: STDIN_FILENO, size: nil)
            return
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ByteSource.failure(errno, path: path) }
        var status = stat()
        let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        self.init(path: path, descriptor: descriptor, size: isRegular ? Int(status.st_size) : nil)
    }

    /// Bytes in memory.
    init(bytes: [UInt8], path: String) {
        self.path = path
        size = bytes.count
        descriptor = -1
        memory = bytes[...]
    }

    private init(path: String, descriptor: Int32, size: Int?) {
        self.path = path
        self.size = size
        self.descriptor = descriptor
        memory = []
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
    }

    /// Fills the buffer as far as the source reaches, and returns how far; less than all of it only at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ScheduleError) -> Int {
        guard descriptor >= 0 else {
            let piece = memory.prefix(buffer.count)
            buffer.copyBytes(from: piece)
            memory.removeFirst(piece.count)
            return piece.count
        }
        var filled = 0
        while filled < buffer.count {
            let count = Foundation.read(descriptor, buffer.baseAddress! + filled, buffer.count - filled)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ByteSource.failure(errno, path: path) }
            filled += count
        }
        return filled
    }

    /// All bytes of a small file: a configuration, a coverage. A longer one than `limit` is refused.
    static func contents(path: String, limit: Int = 1 << 20) throws(ScheduleError) -> [UInt8] {
        var source = try ByteSource(path: path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 1)
        defer { buffer.deallocate() }
        let count = try source.read(into: buffer)
        guard count <= limit else {
            throw .badFile(path: source.path, line: nil, column: nil, reason: "longer than \(limit) bytes")
        }
        return Array(buffer.prefix(count))
    }

    /// When a file was last written, in seconds since 1970.
    static func modified(path: String) throws(ScheduleError) -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(errno, path: path) }
        return Int64(status.st_mtim.tv_sec)
    }

    private static func failure(_ code: Int32, path: String) -> ScheduleError {
        switch code {
        case ENOENT, ENOTDIR: .noInput(path: path)
        case EACCES, EPERM: .notPermitted(path: path)
        case EISDIR: .unreadable(path: path, reason: "this is a folder, not a file")
        default: .unreadable(path: path, reason: String(cString: strerror(code)))
        }
    }
}
