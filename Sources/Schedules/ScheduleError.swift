/// Why a schedule, its coverage or a configuration cannot be read at all. Each case is an exit code of its own.
public enum ScheduleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no such file.
    case noInput(path: String)
    /// The file may not be read by this user.
    case notPermitted(path: String)
    /// Reading failed half-way, or the path names no file.
    case unreadable(path: String, reason: String)
    /// The file was read, and cannot be understood. The reason says what to do, and holds no personal value.
    case badFile(path: String, line: Int?, column: String?, reason: String)
    /// The system, program or database that has the schedule did not give it, or not all of it. The sentence names it, and
    /// holds neither a secret nor a personal value.
    case unavailable(String)

    /// One line for a person: the file, the place in it, what is wrong and what to do.
    public var description: String {
        switch self {
        case .noInput(let path): "\(path): there is no such file"
        case .notPermitted(let path): "\(path): this user may not read it"
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .badFile(let path, let line, let column, let reason):
            path + (line.map { ", line \($0)" } ?? "") + (column.map { ", column \($0)" } ?? "") + ": " + reason
        case .unavailable(let sentence): sentence
        }
    }
}
