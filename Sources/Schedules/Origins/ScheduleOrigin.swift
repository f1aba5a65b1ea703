/// Where the bytes of a schedule come from; a ``ScheduleLayout`` says how they are read.
public struct ScheduleOrigin: Sendable, Equatable {
    /// The kinds of places.
    public enum Place: Sendable, Equatable {
        /// A file; `-` is standard input.
        case file(String)
        /// What is answered to a GET at an address, or what a search at it gives where the format is one that is searched.
        case web(url: String, Credentials?)
        /// What a program prints: its name or path and its arguments, never a shell's line, run in this folder.
        case program([String], folder: String)
        /// The rows that a query selects in an SQLite database, which is opened read-only.
        case database(path: String, query: String)
        /// The events of a calendar collection (CalDAV, RFC 4791) at an address.
        case calendar(url: String, Credentials?)
    }

    /// What opens an address: never in the configuration itself, but in a file that only its owner can read.
    public enum Credentials: Sendable, Equatable {
        /// A bearer's token, one word.
        case token(file: String)
        /// A name and a password, as one line `name:password`.
        case user(file: String)
    }

    /// Which place it is.
    public var place: Place
    /// After how many seconds one try counts as failed.
    public var timeout: Int64
    /// The most bytes that are taken in.
    public var largest: Int

    /// An origin by its parts.
    public init(
        _ place: Place, timeout: Int64 = Configuration.usualTimeout, largest: Int = ScheduleOrigin.usualLargest
    ) {
        self.place = place
        self.timeout = timeout
        self.largest = largest
    }

    /// The most bytes that are taken in, unless it is said: 256 MiB, more than a million rows.
    public static let usualLargest = 256 << 20

    /// The path of a file that is read as it lies there; `nil` for every other place.
    public var path: String? {
        if case .file(let path) = place { path } else { nil }
    }

    /// What errors and reports call it, without what may be secret.
    public var name: String {
        switch place {
        case .file(let path): path
        case .web(let url, _), .calendar(let url, _): WebExchange.withoutQuery(url)
        case .program(let words, _): words[0]
        case .database(let path, _): path
        }
    }
}

extension ScheduleOrigin.Credentials {
    /// The value of the header `Authorization`.
    func authorization() throws(OutsideError) -> String {
        switch self {
        case .token(let file): "Bearer \(try SecretFile.token(file))"
        case .user(let file): "Basic \(try SecretFile.user(file))"
        }
    }
}
