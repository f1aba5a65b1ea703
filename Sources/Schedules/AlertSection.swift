import Foundation
import Yams

extension Configuration {
    /// The files in which a night's report is written; `{date}` in a path is the day on which the night ended.
    public struct Reports: Sendable, Equatable {
        /// The page for people.
        public var html: String?
        /// The whole night as JSON.
        public var json: String?
        /// The findings as a table.
        public var csv: String?
        /// For how many seconds reports of earlier days are kept; `nil` for good.
        public var keep: Int64?
        /// True where clients' names and telephone numbers are in them.
        public var isPersonal = false

        /// Reports of which none is written.
        public init() {}

        /// What stands in a path for the day.
        public static let date = "{date}"
    }

    /// Somebody, or something, that is told of a night.
    public struct Alert: Sendable, Equatable {
        /// How it is told.
        public enum Way: Sendable, Equatable {
            /// A mail to an address.
            case email(address: String, from: String?, by: MailRoute)
            /// HTTP POST to an address, signed with the secret in a file where one is named.
            case webhook(url: String, secretFile: String?)
            /// A program that gets the alert on its standard input: its path and its arguments, never a shell's line.
            case command([String])
        }

        /// Of which nights.
        public enum When: String, Sendable, CaseIterable {
            /// Of every night, also of those on which all is well: then silence means trouble.
            case always
            /// While something needs a person.
            case findings
            /// Only of nights that have something new to say.
            case new
        }

        /// How it is told.
        public var way: Way
        /// Of which nights.
        public var when: When
        /// True where clients' names and telephone numbers may be in it.
        public var isPersonal: Bool
        /// After how many seconds it counts as failed.
        public var timeout: Int64

        /// An alert by its parts.
        public init(
            _ way: Way, when: When = .always, isPersonal: Bool = false, timeout: Int64 = Configuration.usualTimeout
        ) {
            self.way = way
            self.when = when
            self.isPersonal = isPersonal
            self.timeout = timeout
        }
    }

    /// How a mail leaves.
    public enum MailRoute: Sendable, Equatable {
        /// Handed to this program as `sendmail -t` takes it.
        case sendmail(String)
        /// Given to a server by the program curl; a name and a password stand in a file, as name:password.
        case smtp(url: String, userFile: String?, curl: String)
    }

    /// An address that is asked when a night begins and when it has ended, as healthchecks.io has them.
    public struct Ping: Sendable, Equatable {
        /// The check's address; `/start` and `/STATUS` are put behind it.
        public var url: String
        /// After how many seconds it counts as failed.
        public var timeout: Int64

        /// A check by its parts.
        public init(url: String, timeout: Int64 = 15) {
            self.url = url
            self.timeout = timeout
        }
    }

    /// Where curl is, unless another path is given.
    public static let usualCurl = "/usr/bin/curl"

    /// Why this is not the address of a mail server; `nil` where it is one.
    static func refusal(ofMailServer text: String) -> String? {
        guard let parts = URLComponents(string: text), ["smtp", "smtps"].contains(parts.scheme),
            parts.host.map({ !$0.isEmpty }) ?? false
        else { return "a mail server must be written smtps://mail.example.org or smtp://localhost:25" }
        guard parts.user == nil, parts.password == nil else {
            return "the address of a mail server has no name or password in it; they go into \"userFile\""
        }
        guard ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil else {
            return "nothing follows a mail server's host and port"
        }
        return nil
    }
}

extension ConfigurationReader {
    mutating func reports(_ node: Node) -> Configuration.Reports {
        let section = section(node, "the reports", ["html", "json", "csv", "keep", "personal"])
        var reports = Configuration.Reports()
        reports.html = path("html", section)
        reports.json = path("json", section)
        reports.csv = path("csv", section)
        reports.keep = duration("keep", section)
        reports.isPersonal = truth("personal", section)
        if let keep = reports.keep, keep < 86_400 { note(section["keep"], "\"keep\" must be a day or more, as 400d") }
        let paths = [reports.html, reports.json, reports.csv].compactMap(\.self)
        if Set(paths).count < paths.count { note(node, "each report needs a file of its own") }
        if paths.contains("-") { note(node, "a report must be written to a file") }
        return reports
    }

    mutating func alert(_ node: Node) -> Configuration.Alert? {
        let ways = ["email", "webhook", "command"]
        let mail = ["sendmail", "smtp", "userFile", "from", "curl"]
        let section = section(node, "an alert", ways + mail + ["secretFile", "when", "personal", "timeout"])
        guard section.node.mapping != nil else { return nil }
        let given = ways.filter { section[$0] != nil }
        guard let key = given.first, given.count == 1 else {
            note(node, "an alert must have one of the keys \(ways.joined(separator: ", "))")
            return nil
        }
        for (one, its) in mail.map({ ($0, "email") }) + [("secretFile", "webhook")]
        where section[one] != nil && key != its {
            note(section[one], "\"\(one)\" goes with \"\(its)\"")
        }
        let when = word("when", section, Configuration.Alert.When.allCases) ?? .always
        let isPersonal = truth("personal", section)
        let timeout = timeout(section)
        let way: Configuration.Alert.Way? =
            switch key {
            case "email": email(section)
            case "webhook": webhook(section, isPersonal: isPersonal)
            default: command(key, section).map { .command($0) }
            }
        return way.map { Configuration.Alert($0, when: when, isPersonal: isPersonal, timeout: timeout) }
    }

    mutating func ping(_ node: Node) -> Configuration.Ping? {
        let section = section(node, "the ping", ["url", "timeout"])
        let url = address("url", section, isRequired: true)
        if let url, url.contains(where: { $0 == "?" || $0 == "#" }) {
            note(section["url"], "a ping's address has nothing behind ? or #: /start and the status follow it")
        }
        let timeout = section["timeout"] == nil ? nil : timeout(section)
        return url.map { timeout == nil ? Configuration.Ping(url: $0) : Configuration.Ping(url: $0, timeout: timeout!) }
    }

    /// The path of the file in which a night's numbers are left for Prometheus.
    mutating func metrics(_ node: Node) -> String? {
        let section = section(node, "the metrics", ["textfile"])
        guard let path = path("textfile", section, isRequired: true) else { return nil }
        // The collector passes over every other name, and nobody would notice.
        if !path.hasSuffix(".prom") { note(section["textfile"], "a text file of metrics must be named NAME.prom") }
        return path
    }

    private mutating func email(_ section: Section) -> Configuration.Alert.Way? {
        let address = mailAddress("email", section)
        let from = mailAddress("from", section)
        let route = mailRoute(section)
        if case .smtp = route, section["from"] == nil {
            note(section.node, "\"smtp\" needs the key \"from\": the address from which the mail comes")
        }
        return address.flatMap { address in route.map { .email(address: address, from: from, by: $0) } }
    }

    private mutating func mailAddress(_ key: String, _ section: Section) -> String? {
        guard let address = text(key, section) else { return nil }
        guard ConfigurationReader.isMailAddress(address) else {
            note(section[key], "\"\(key)\" must be one address, as name@example.org")
            return nil
        }
        return address
    }

    private mutating func mailRoute(_ section: Section) -> Configuration.MailRoute? {
        guard let url = text("smtp", section) else {
            for key in ["userFile", "curl"] where section[key] != nil && section["smtp"] == nil {
                note(section[key], "\"\(key)\" goes with \"smtp\"")
            }
            return .sendmail(path("sendmail", section) ?? Configuration.usualSendmail)
        }
        if section["sendmail"] != nil { note(section["sendmail"], "a mail leaves by \"smtp\" or by \"sendmail\"") }
        if let refusal = Configuration.refusal(ofMailServer: url) {
            note(section["smtp"], refusal)
            return nil
        }
        return .smtp(
            url: url, userFile: path("userFile", section), curl: path("curl", section) ?? Configuration.usualCurl)
    }

    private mutating func webhook(_ section: Section, isPersonal: Bool) -> Configuration.Alert.Way? {
        guard let url = address("webhook", section) else { return nil }
        if isPersonal, !Configuration.keepsSecrets(url) {
            note(section["personal"], "what is personal is sent to an https:// address only")
        }
        return .webhook(url: url, secretFile: path("secretFile", section))
    }

    private mutating func truth(_ key: String, _ section: Section) -> Bool {
        guard let text = text(key, section) else { return false }
        if !["yes", "true", "no", "false"].contains(text) { note(section[key], "\"\(key)\" must be yes or no") }
        return text == "yes" || text == "true"
    }
}
