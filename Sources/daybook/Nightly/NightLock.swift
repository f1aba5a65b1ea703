import Console
import Foundation
import LedgerStore

/// Held while a night runs: a second one of the same ledger is refused.
///
/// It is the kernel's own lock on a file beside the ledger, and goes with the process: what `kill -9` leaves behind is
/// an empty file that stands in nobody's way.
struct NightLock: ~Copyable {
    private let file: Int32

    /// Takes the lock of the ledger at a path.
    init(ofLedgerAt path: String) throws {
        let own = URL(filePath: path).resolvingSymlinksInPath().path + ".nightly.lock"
        let file = open(own, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw Terminal.fail("\(own): the night's lock cannot be made: \(String(cString: strerror(errno)))", 73)
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw Terminal.fail("another night of this ledger is running: it holds \(own); nothing was done", 75)
        }
        self.file = file
    }

    deinit { close(file) }
}
