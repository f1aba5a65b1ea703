import Transparency

/// The part of a stream that is in memory: what was read and not yet used, as UTF-8.
///
/// It never holds more than one chunk beyond the longest record, whatever the size of the file.
struct ByteWindow: ~Copyable {
    private var source: ByteSource
    // Optional only so that it can be finished from within a type that has a deinit.
    private var digest: RunningDigest?
    private var storage: UnsafeMutableBufferPointer<UInt8>
    private var used = 0
    private var filled = 0
    /// How much is read at a time.
    let chunk: Int
    private let encoding: ScheduleLayout.Encoding
    // What the source gives before it is UTF-8; without room where it is already.
    private let received: UnsafeMutableRawBufferPointer
    private var transcoder: Transcoder
    // As many bytes of the source as tell a byte order mark.
    private var firstBytes: [UInt8] = []
    /// True once the source has given all that it has; some of it may still be unread in ``bytes``.
    private(set) var isComplete = false

    /// The most bytes that one record, and so one field, may have.
    static let longestRecord = 1 << 20
    /// How much is read at a time.
    static let standardChunk = 256 << 10

    /// A window at the start of a source, whose bytes are added to what `digest` has. Requires a chunk of at least one
    /// byte.
    init(
        _ source: consuming ByteSource, chunk: Int = standardChunk, encoding: ScheduleLayout.Encoding = .utf8,
        digest: consuming RunningDigest = RunningDigest()
    ) {
        precondition(chunk > 0, "a chunk has at least one byte")
        self.source = source
        self.digest = consume digest
        self.chunk = chunk
        self.encoding = encoding
        transcoder = Transcoder(encoding)
        received = .allocate(byteCount: encoding == .utf8 ? 0 : chunk, alignment: 1)
        storage = .allocate(capacity: 2 * chunk)
    }

    deinit {
        storage.deallocate()
        received.deallocate()
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
        let needed = encoding == .utf8 ? chunk : Transcoder.most(chunk)
        if storage.count - unread < needed {
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * (unread + needed))
            _ = larger.update(fromContentsOf: bytes)
            storage.deallocate()
            storage = larger
        } else if unread > 0 {
            storage.baseAddress!.update(from: storage.baseAddress! + used, count: unread)
        }
        used = 0
        filled = unread
        let free = storage.baseAddress! + filled
        let room = encoding == .utf8 ? UnsafeMutableRawBufferPointer(start: free, count: chunk) : received
        let count = try source.read(into: room)
        let piece = UnsafeRawBufferPointer(rebasing: room[..<count])
        digest!.update(piece)
        if firstBytes.count < 3 { firstBytes.append(contentsOf: piece.prefix(3 - firstBytes.count)) }
        filled += encoding == .utf8 ? count : transcoder.decode(piece, to: free)
        guard count < chunk else { return }
        isComplete = true
        filled += transcoder.finish(to: storage.baseAddress! + filled)
    }

    /// SHA-256 of everything that was read: of the whole source once it is complete.
    mutating func finishDigest() -> Hash { takeDigest().finish() }

    /// What was read so far, for a reading that goes on in another source.
    mutating func takeDigest() -> RunningDigest { digest.take()! }

    /// Skips a byte order mark, and refuses what is empty or from its first bytes on in another encoding.
    mutating func start() throws(ScheduleError) {
        while firstBytes.count < 3, !isComplete { try fill() }
        guard !firstBytes.isEmpty else {
            throw .badFile(path: path, line: nil, column: nil, reason: "the file is empty; was the export cut off?")
        }
        let isUTF8 = firstBytes.starts(with: [0xef, 0xbb, 0xbf])
        let isUTF16 = firstBytes.starts(with: [0xff, 0xfe]) || firstBytes.starts(with: [0xfe, 0xff])
        switch encoding {
        case .utf8 where isUTF8: use(3)
        case .utf8, .windows1252:
            if isUTF16 { throw failure("this is UTF-16; " + ScheduleLayout.Encoding.utf16.remedy) }
            if isUTF8 { throw failure("this is UTF-8, and \"encoding: \(encoding.rawValue)\" is declared") }
        case .utf16:
            guard !isUTF16 else { return }
            throw failure("this is no UTF-16, which starts with a byte order mark; is \"encoding: utf-16\" right?")
        }
    }

    private func failure(_ reason: String) -> ScheduleError {
        .badFile(path: path, line: 1, column: nil, reason: reason)
    }
}
