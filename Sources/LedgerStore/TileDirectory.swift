import Dispatch
import Foundation
import Synchronization
import Transparency

/// A folder of files that a web server hands out: whole once they have their name, and on the disk before the
/// checkpoint that commits to them.
///
/// Files are written beside, in `.publishing`, made durable many at a time, and only then named. One process has the
/// folder for itself as long as the value lives, so that what lies in `.publishing` before is what an ended one left.
struct TileDirectory: ~Copyable {
    let path: String
    private let handle: Int32
    /// Written, and not durable yet.
    private var pending: [(file: Int32, temporary: String, path: String)] = []
    /// Folders that are there.
    private var folders: Set<String> = []
    /// Folders with names that may not be durable yet.
    private var touched: Set<String> = []
    private var count = 0

    /// How many files were named here.
    private(set) var written = 0

    static let unfinished = ".publishing"
    /// Files that are made durable together; each is open until then.
    private static let batch = 128

    private init(path: String, handle: Int32) {
        self.path = path
        self.handle = handle
    }

    /// Opens the folder, or makes it. Throws where another process is publishing to it.
    static func open(_ name: String) throws(LedgerError) -> TileDirectory {
        var path = name
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        var isMade = false
        if mkdir(path, 0o755) == 0 {
            isMade = true
        } else if errno == ENOENT {
            throw .notPublishable(path: path, reason: "the folder in which it should lie is not there; make it first")
        } else if errno != EEXIST {
            throw failure(path)
        }
        let handle = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else {
            guard errno != ENOTDIR else { throw .notPublishable(path: path, reason: "it is a file, and no folder") }
            throw failure(path)
        }
        let directory = TileDirectory(path: path, handle: handle)
        // Where the disk has no locks, two at once fail on each other's files, and name none that is not whole.
        if flock(handle, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .busy(path: path) }
        if isMade {
            guard chmod(path, 0o755) == 0 else { throw failure(path) }
            try sync(DurableFile.folder(of: path))
        }
        return directory
    }

    deinit {
        for (file, temporary, _) in pending {
            close(file)
            unlink(temporary)
        }
        if folders.contains(TileDirectory.unfinished) { rmdir("\(path)/\(TileDirectory.unfinished)") }
        close(handle)
    }

    // MARK: What is there

    /// What is at a place below the folder. A link is neither file nor folder: where it leads is not looked at.
    enum Kind: Equatable {
        case nothing
        case file(size: Int)
        case folder
        case other
    }

    func kind(of name: String) throws(LedgerError) -> Kind {
        var status = stat()
        guard lstat(place(name), &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw TileDirectory.failure(place(name)) }
            return .nothing
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(size: Int(status.st_size))
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    func place(_ name: String) -> String { name.isEmpty ? path : "\(path)/\(name)" }

    /// The names in a folder, in order; none where it is not there.
    func names(in folder: String) throws(LedgerError) -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: place(folder)).sorted() } catch {
            guard access(place(folder), F_OK) == 0 else { return [] }
            guard access(place(folder), R_OK) == 0 else { throw .notPermitted(path: place(folder)) }
            throw .storage(path: place(folder), reason: "the disk failed while reading it")
        }
    }

    /// The bytes of a file; `nil` where none is there, or one that is longer.
    func bytes(of name: String, most: Int) throws(LedgerError) -> [UInt8]? {
        guard case .file(let size) = try kind(of: name), size <= most else { return nil }
        guard let data = FileManager.default.contents(atPath: place(name)) else {
            guard access(place(name), R_OK) == 0 else { throw .notPermitted(path: place(name)) }
            throw .storage(path: place(name), reason: "the disk failed while reading it")
        }
        return Array(data)
    }

    // MARK: Writing

    /// Takes away what a process left that was ended in the middle.
    func clear() throws(LedgerError) {
        for name in try names(in: TileDirectory.unfinished) {
            guard unlink(place("\(TileDirectory.unfinished)/\(name)")) == 0 else {
                throw TileDirectory.failure(place("\(TileDirectory.unfinished)/\(name)"))
            }
        }
        rmdir(place(TileDirectory.unfinished))
    }

    /// Writes a file that will have its name once it is durable: at the latest after ``settle()``.
    mutating func write(_ bytes: [UInt8], to name: String) throws(LedgerError) {
        try make(folder: TileDirectory.unfinished)
        try make(folder: DurableFile.folder(of: name))
        count += 1
        let temporary = place("\(TileDirectory.unfinished)/\(count)")
        let file = Foundation.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw TileDirectory.failure(temporary) }
        pending.append((file, temporary, name))
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw TileDirectory.failure(temporary) }
            rest = rest.dropFirst(written)
        }
        guard fchmod(file, 0o644) == 0 else { throw TileDirectory.failure(temporary) }
        if pending.count == TileDirectory.batch { try nameAll() }
    }

    /// Notes that the name of a file that is there may not be durable.
    mutating func found(_ name: String) {
        var folder = DurableFile.folder(of: name)
        while folder != "." {
            touched.insert(folder)
            folder = DurableFile.folder(of: folder)
        }
        touched.insert("")
    }

    /// Names all that was written, and makes the names durable.
    mutating func settle() throws(LedgerError) {
        try nameAll()
        for folder in touched.sorted() { try TileDirectory.sync(place(folder)) }
        touched = []
    }

    private mutating func nameAll() throws(LedgerError) {
        if let code = FilesToSync(pending.map(\.file)).run() {
            errno = code
            throw TileDirectory.failure(path)
        }
        // The last first, so that what is not named yet is still noted where one cannot be.
        while let (file, temporary, name) = pending.last {
            guard rename(temporary, place(name)) == 0 else { throw TileDirectory.failure(place(name)) }
            close(file)
            pending.removeLast()
            touched.insert(TileDirectory.folder(of: name))
            written += 1
        }
    }

    private static func folder(of name: String) -> String {
        let folder = DurableFile.folder(of: name)
        return folder == "." ? "" : folder
    }

    private mutating func make(folder: String) throws(LedgerError) {
        guard folder != ".", folders.insert(folder).inserted else { return }
        try make(folder: DurableFile.folder(of: folder))
        if mkdir(place(folder), 0o755) == 0 {
            guard chmod(place(folder), 0o755) == 0 else { throw TileDirectory.failure(place(folder)) }
        } else if errno != EEXIST {
            throw TileDirectory.failure(place(folder))
        }
        touched.insert(TileDirectory.folder(of: folder))
    }

    /// Takes a file away; it is no error where it is not there.
    func remove(_ name: String) throws(LedgerError) {
        guard unlink(place(name)) == 0 || errno == ENOENT else { throw TileDirectory.failure(place(name)) }
    }

    /// Takes a folder away, where nothing is in it.
    func removeFolder(_ name: String) { rmdir(place(name)) }

    private static func sync(_ folder: String) throws(LedgerError) {
        do { try DurableFile.sync(folder: folder) } catch {
            throw .storage(path: folder, reason: error.description)
        }
    }

    /// What the system last said of a path.
    private static func failure(_ path: String) -> LedgerError {
        switch errno {
        case EACCES, EPERM, EROFS: .notPermitted(path: path)
        case ENOTDIR, EISDIR, EEXIST, ENOTEMPTY, EXDEV:
            .notPublishable(path: path, reason: "what is there is in the way of the ledger's files")
        default: .storage(path: path, reason: String(cString: strerror(errno)))
        }
    }
}

/// Files that are made durable at once: a disk does many in little more time than one.
private final class FilesToSync: Sendable {
    private let files: [Int32]
    private let failed = Mutex<Int32?>(nil)

    init(_ files: [Int32]) {
        self.files = files
    }

    /// The system's code for the first that failed; `nil` where all are durable.
    func run() -> Int32? {
        let lanes = min(8, files.count)
        let group = DispatchGroup()
        // Threads of their own: each mostly waits, and the system's pool has no more of them than processors.
        for lane in 0..<lanes {
            group.enter()
            Thread.detachNewThread {
                for place in stride(from: lane, to: self.files.count, by: lanes) {
                    while fsync(self.files[place]) != 0 {
                        if errno == EINTR { continue }
                        let code = errno
                        self.failed.withLock { $0 = $0 ?? code }
                        break
                    }
                }
                group.leave()
            }
        }
        group.wait()
        return failed.withLock { $0 }
    }
}
