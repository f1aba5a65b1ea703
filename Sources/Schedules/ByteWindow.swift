import Transparency

/// The part of a stream that is in memory: what was read and not yet used.
///
/// It never holds more than one chunk beyond the longest record, whatever the size of the file.
struct ByteWindow: ~Copyable {
    private var source: ByteSource
    // Optional only so that it can be finished from within a type that has a deinit.
    private var digest: RunningDigest? = RunningDigest()
    private var storage: UnsafeMutableBufferPointer<UInt8>
    private var used = 0
    private var filled = 0
    private let chunk: Int
    /// True once the source has given all that it has; some of it may still be unread in ``bytes``.
    private(set) var isComplete = false

    /// The most bytes that one record, and so one field, may have.
    static let longestRecord = 1 << 20
    /// How much is read at a time.
    static let standardChunk = 256 << 10

    /// A window at the start of a source. Requires a chunk of at least one byte.
    init(_ source: consuming ByteSource, chunk: Int = standardChunk) {
        precondition(chunk > 0, "a chunk has at least one byte")
        self.source = source
        self.chunk = chunk
        storage = .allocate(capacity: 2 * chunk)
    }

    deinit {
        storage.deallocate()
    }

    /// What errors call the source.
    var path: String { source.path }

    /// The number of bytes in all, where that is known beforehand.
    var size: Int? { source.size }

    /// What was read and not yet used. Valid until the next ``fill()``; may be changed in place.
    var bytes: UnsafeMutableBufferPointer<UInt8> { UnsafeMutableBufferPointer(rebasing: storage[used..<filled]) }

    /// Marks the first `count` bytes as used.
    mutating func use(_ count: Int) {
        used += count
    }

    /// Reads one more chunk behind what is unread; at the end of the source only notes that it is complete.
    mutating func fill() throws(ScheduleError) {
        let unread = filled - used
        if storage.count - unread < chunk {
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * (unread + chunk))
            _ = larger.update(fromContentsOf: bytes)
            storage.deallocate()
            storage = larger
        } else if unread > 0 {
            storage.baseAddress!.update(from: storage.baseAddress! + used, count: unread)
        }
        used = 0
        filled = unread
        let room = UnsafeMutableRawBufferPointer(start: storage.baseAddress! + filled, count: chunk)
        let count = try source.read(into: room)
        digest!.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
        filled += count
        if count < chunk { isComplete = true }
    }

    /// SHA-256 of everything that was read: of the whole source once it is complete.
    mutating func finishDigest() -> Hash { digest.take()!.finish() }

    /// Skips a byte order mark, and refuses what is empty or no UTF-8 from its first bytes on.
    mutating func start() throws(ScheduleError) {
        while bytes.count < 3, !isComplete { try fill() }
        guard !bytes.isEmpty else {
            throw .badFile(path: path, line: nil, column: nil, reason: "the file is empty; was the export cut off?")
        }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return use(3) }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            throw .badFile(path: path, line: 1, column: nil, reason: "this is UTF-16; export it as UTF-8")
        }
    }
}
