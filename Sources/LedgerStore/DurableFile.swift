import Foundation

/// Why a file could not be written: the system's own words.
public struct DurableFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the system said.
    public let description: String
}

/// Files that are whole on the disk before anybody is told so.
public enum DurableFile {
    /// Replaces the file: temporary file beside it, fsync, rename, fsync of the folder. At any moment, also after a
    /// loss of power, either the old or the new content is there in full.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws(DurableFileError) {
        // Behind a link the file itself is replaced, not the link: where it points to was somebody's choice.
        let path = (path as NSString).resolvingSymlinksInPath
        let temporary = unfinished(path)
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw failure("cannot write") }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw abandon(file, temporary) }
            rest = rest.dropFirst(written)
        }
        guard fchmod(file, mode) == 0, fsync(file) == 0 else { throw abandon(file, temporary) }
        close(file)
        try move(temporary, to: path)
    }

    /// Makes the file, whole and durable from the first moment on; where one is there already, it stays as it is.
    static func create(_ bytes: [UInt8], at path: String, mode: UInt32) throws(DurableFileError) {
        let whole = unfinished(path)
        try write(bytes, to: whole, mode: mode)
        defer { unlink(whole) }
        guard link(whole, path) == 0 || errno == EEXIST else { throw failure("cannot put the file in its place") }
        try sync(folder: folder(of: path))
    }

    /// Where this process writes what is to become the file at a path, until it is whole.
    ///
    /// What processes left there that were ended in the middle is taken away: half a file helps nobody, and half a
    /// backup has what is personal in it. A process counts as ended where there is none of its number and its file was
    /// not touched for a minute: on a disk that machines or containers share, one that lives elsewhere has a number
    /// that is not known here.
    static func unfinished(_ path: String) -> String {
        let (folder, name) = (folder(of: path), (path as NSString).lastPathComponent)
        for other in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let leftover = "\(folder)/\(other)"
            guard other.hasPrefix(name + "."), let process = writer(of: other.dropFirst(name.count + 1)),
                process != getpid(), kill(process, 0) != 0, errno == ESRCH, isUntouched(leftover)
            else { continue }
            unlink(leftover)
        }
        return "\(path).\(getpid()).new"
    }

    /// The process in `4711.new`, or in what SQLite lays beside it; `nil` for any other name.
    private static func writer(of end: Substring) -> pid_t? {
        guard let dot = end.firstIndex(of: "."),
            [".new", ".new-wal", ".new-shm", ".new-journal"].contains(end[dot...]),
            let process = pid_t(end[..<dot]), process > 0, "\(process)" == end[..<dot]
        else { return nil }
        return process
    }

    private static func isUntouched(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && status.st_mtim.tv_sec < time(nil) - 60
    }

    /// Gives a file that is whole on the disk its name, durably; where that fails, the file is taken away.
    static func move(_ temporary: String, to path: String) throws(DurableFileError) {
        do { try rename(temporary, to: path) } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Gives a file that is whole on the disk another name, durably; where that fails, it keeps the one it had.
    static func rename(_ one: String, to path: String) throws(DurableFileError) {
        guard Foundation.rename(one, path) == 0 else { throw failure("cannot put the file in its place") }
        try sync(folder: folder(of: path))
    }

    /// The folder in which the file at a path lies.
    static func folder(of path: String) -> String {
        // Foundation's own answer to this traps where the path is ".".
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes an empty file that nobody else may read, refusing one that is there. For a file whose content is
    /// personal: it must never exist, not for a moment, in a mode that others can read.
    public static func reserve(_ path: String) throws(DurableFileError) {
        let file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot make the file") }
        close(file)
    }

    /// Makes the names in a folder durable.
    static func sync(folder: String) throws(DurableFileError) {
        let handle = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw failure("cannot open the folder") }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw failure("cannot make the folder durable") }
    }

    private static func abandon(_ file: Int32, _ temporary: String) -> DurableFileError {
        let error = failure("cannot write")
        close(file)
        unlink(temporary)
        return error
    }

    private static func failure(_ what: String) -> DurableFileError {
        DurableFileError(description: "\(what): \(String(cString: strerror(errno)))")
    }
}
