import Foundation
import Yams

extension Configuration {
    /// A place outside the ledger's reach to which checkpoints go.
    public struct Anchor: Sendable, Equatable {
        /// How they get there.
        public enum Way: Sendable, Equatable {
            /// A file that always has the newest one.
            case file(String)
            /// A folder that keeps each one.
            case folder(String)
            /// A program that gets it on its standard input: its path and its arguments, never a shell's line.
            case command([String])
            /// A mail, handed to this program as `sendmail -t` takes it.
            case email(address: String, sendmail: String)
            /// HTTP PUT to an address, with the token in a file, where one is named, as its bearer.
            case put(url: String, tokenFile: String?)
        }

        /// How they get there.
        public var way: Way
        /// After how many seconds it counts as failed.
        public var timeout: Int64

        /// An anchor by its parts.
        public init(_ way: Way, timeout: Int64 = Configuration.usualTimeout) {
            self.way = way
            self.timeout = timeout
        }
    }

    /// A time-stamp authority (RFC 3161).
    public struct StampAuthority: Sendable, Equatable {
        /// Its address.
        public var url: String
        /// A file in PEM with the roots of its certificates; without one a stamp is recorded, and not held against any.
        public var roots: String?
        /// After how many seconds it counts as failed.
        public var timeout: Int64

        /// An authority by its parts.
        public init(url: String, roots: String? = nil, timeout: Int64 = Configuration.usualTimeout) {
            self.url = url
            self.roots = roots
            self.timeout = timeout
        }
    }

    /// Where mail is handed over, unless another path is given.
    public static let usualSendmail = "/usr/sbin/sendmail"

    /// After how many seconds something outside counts as failed, unless it is said.
    public static let usualTimeout: Int64 = 60

    /// Why this is not an address that is asked over HTTP; `nil` where it is one.
    public static func refusal(ofAddress text: String) -> String? {
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme),
            parts.host.map({ !$0.isEmpty }) ?? false
        else { return "an address starts with https:// or http:// and a host" }
        guard parts.user == nil, parts.password == nil else {
            return "an address has no name or password in it; a token goes into a file"
        }
        return nil
    }

    /// True for an address to which a token may be sent: over TLS, or inside this computer.
    static func keepsSecrets(_ url: String) -> Bool {
        let parts = URLComponents(string: url)
        return parts?.scheme == "https" || ["localhost", "127.0.0.1", "::1", "[::1]"].contains(parts?.host)
    }
}

extension ConfigurationReader {
    mutating func anchor(_ node: Node) -> Configuration.Anchor? {
        let ways = ["file", "folder", "command", "email", "put"]
        let section = section(node, "an anchor", ways + ["sendmail", "tokenFile", "timeout"])
        guard section.node.mapping != nil else { return nil }
        let given = ways.filter { section[$0] != nil }
        guard let way = given.first, given.count == 1 else {
            note(node, "an anchor must have one of the keys \(ways.joined(separator: ", "))")
            return nil
        }
        for (key, its) in [("sendmail", "email"), ("tokenFile", "put")] where section[key] != nil && way != its {
            note(section[key], "\"\(key)\" goes with \"\(its)\"")
        }
        let timeout = timeout(section)
        return self.way(way, section).map { Configuration.Anchor($0, timeout: timeout) }
    }

    private mutating func way(_ key: String, _ section: Section) -> Configuration.Anchor.Way? {
        switch key {
        case "file": return path(key, section).map { .file($0) }
        case "folder": return path(key, section).map { .folder($0) }
        case "command": return command(key, section).map { .command($0) }
        case "email":
            guard let address = text(key, section) else { return nil }
            guard ConfigurationReader.isMailAddress(address) else {
                note(section[key], "\"email\" must be one address, as name@example.org")
                return nil
            }
            let sendmail = path("sendmail", section) ?? Configuration.usualSendmail
            return .email(address: address, sendmail: sendmail)
        default:
            guard let url = address(key, section) else { return nil }
            let tokenFile = path("tokenFile", section)
            if tokenFile != nil, !Configuration.keepsSecrets(url) {
                note(section["tokenFile"], "a token is sent to an https:// address only")
            }
            return .put(url: url, tokenFile: tokenFile)
        }
    }

    /// A program with its whole path, and its arguments.
    mutating func command(_ key: String, _ section: Section) -> [String]? {
        let words = list(key, section).compactMap { text(of: $0, "a program or an argument") }
        guard let program = words.first else {
            note(section[key], "\"command\" must be a list: a program, and its arguments")
            return nil
        }
        guard program.hasPrefix("/") else {
            note(section[key], "the program of a command must be given with its whole path, as /usr/local/bin/keep")
            return nil
        }
        return words
    }

    mutating func stampAuthority(_ node: Node) -> Configuration.StampAuthority? {
        let section = section(node, "a time-stamp authority", ["url", "roots", "timeout"])
        let url = address("url", section, isRequired: true)
        let roots = path("roots", section)
        let timeout = timeout(section)
        return url.map { Configuration.StampAuthority(url: $0, roots: roots, timeout: timeout) }
    }

    mutating func address(_ key: String, _ section: Section, isRequired: Bool = false) -> String? {
        guard let text = text(key, section, isRequired: isRequired) else { return nil }
        if let refusal = Configuration.refusal(ofAddress: text) {
            note(section[key], refusal)
            return nil
        }
        return text
    }

    mutating func timeout(_ section: Section) -> Int64 {
        guard let seconds = duration("timeout", section) else { return Configuration.usualTimeout }
        if !(1...3600).contains(seconds) { note(section["timeout"], "\"timeout\" must be from 1s to 1h") }
        return seconds
    }

    /// True for one address, and nothing that a mail's head would take for another line, name or address.
    static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254 && !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7f && !",;:<>()[]\\\"".unicodeScalars.contains($0)
                    && !$0.properties.isWhitespace && $0.properties.generalCategory != .control
            }
    }
}
