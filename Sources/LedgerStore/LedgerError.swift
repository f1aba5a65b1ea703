import Foundation
import GRDB

/// Why a ledger cannot be opened, read or written. What is wrong *inside* a ledger is not an error but a `Defect`.
public enum LedgerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No ledger is there.
    case notFound(path: String)
    /// The ledger is gone: what was kept apart from it is still there.
    case gone(path: String, keys: String)
    /// Something is there already, and is not written over.
    case alreadyExists(path: String)
    /// The file is not a ledger of this program.
    case notALedger(path: String, reason: String)
    /// The origin is not a name that a ledger can have.
    case invalidOrigin(String)
    /// The key directory is not usable.
    case keys(path: String, reason: String)
    /// The ledger was rolled back or rewritten; it is read, and not written.
    case rolledBack(String)
    /// What lies where the ledger should be published stands against it.
    case notPublishable(path: String, reason: String)
    /// Another program holds the ledger, or the folder to which it is published.
    case busy(path: String)
    /// The file or its folder may not be written or read by this user.
    case notPermitted(path: String)
    /// The disk is full, or failed.
    case storage(path: String, reason: String)

    /// One line for the person at the terminal, with the remedy.
    public var description: String {
        switch self {
        case .notFound(let path):
            "there is no ledger at \(path); make one with \"daybook init --origin NAME\", or name it with --ledger"
        case .gone(let path, let keys):
            "there is no ledger at \(path), and \(keys) has the keys or the lock of one: put the ledger's file back, from "
                + "where it is backed up, or mount the disk that it lies on; where it was moved, name it with --ledger. A new "
                + "one would know nothing of what is recorded"
        case .alreadyExists(let path): "\(path) is there already, and nothing is written over"
        case .notALedger(let path, let reason): "\(path) is not a Daybook ledger: \(reason)"
        case .invalidOrigin(let origin):
            "\"\(origin)\" cannot name a ledger: use 1 to 255 of a-z 0-9 . / _ -, like a web address without https://"
        case .keys(let path, let reason): "\(path): \(reason)"
        case .rolledBack(let sentence): sentence
        case .notPublishable(let path, let reason): "\(path): \(reason)"
        case .busy(let path): "another program is writing to \(path); try again in a moment"
        case .notPermitted(let path):
            "\(path) may not be read or written by this user; check who owns it and its folder, and whether the disk is read-only"
        case .storage(let path, let reason): "\(path): \(reason)"
        }
    }

    /// SQLite quotes the file in its words, and what a damaged file has in it may be anything.
    private static func firstLine(_ text: String?) -> String? {
        let line = text?.unicodeScalars.prefix { !CharacterSet.newlines.contains($0) }
        return line.map { String(String.UnicodeScalarView($0.filter { $0.value >= 0x20 && $0.value != 0x7f })) }
    }

    /// What SQLite's refusal means for somebody who knows nothing of SQLite.
    static func wrapping(_ error: any Error, path: String) -> LedgerError {
        if let error = error as? LedgerError { return error }
        guard let error = error as? DatabaseError else { return .storage(path: path, reason: "\(error)") }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy(path: path)
        case .SQLITE_FULL:
            return .storage(path: path, reason: "the disk is full; what was being written was given up whole")
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE:
            return .storage(path: path, reason: "the disk is full, or failed: the file beside it (-shm) cannot grow")
        case .SQLITE_IOERR: return .storage(path: path, reason: "the disk failed while reading or writing")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: return .notPermitted(path: path)
        case .SQLITE_CANTOPEN: return .storage(path: path, reason: "the file cannot be opened")
        case .SQLITE_CORRUPT:
            // SQLite says the same of a page that the disk could not read.
            return .storage(
                path: path,
                reason:
                    "the database is damaged, or the disk cannot read it (\(firstLine(error.message) ?? "no detail"))")
        case .SQLITE_NOTADB:
            return .notALedger(
                path: path, reason: "the database is damaged (\(firstLine(error.message) ?? "no detail"))")
        default:
            return .storage(path: path, reason: firstLine(error.message) ?? "SQLite code \(error.resultCode.rawValue)")
        }
    }
}
