import Foundation
import Schedules
import Testing

@Suite("configuration: who is told of a night, and how")
struct AlertSectionTests {
    private func read(_ text: String) throws -> Configuration {
        let file = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Configuration.read(path: file.path)
    }

    @Test("everything that can be said")
    func everything() throws {
        let found = try read(
            """
            reports:
              html: /r/{date}.html
              json: /r/{date}.json
              csv: "/r/{date}.csv"
              keep: 400d
              personal: yes
            alerts:
              - { email: manager@example.org }
              - { email: m@example.org, sendmail: /opt/sendmail, when: findings, personal: yes, timeout: 5m, from: d@example.org }
              - { email: a@example.org, smtp: "smtps://mail.example.org", userFile: /etc/user, from: d@example.org }
              - { email: a@example.org, smtp: "smtp://localhost:2525", from: d@example.org, curl: /opt/curl, when: new }
              - { webhook: "https://example.org/hook?x=1", secretFile: /etc/secret, personal: yes }
              - { webhook: "http://example.org/hook" }
              - { command: [/usr/local/bin/tell, --x] }
            ping: { url: "https://hc.example.org/uuid", timeout: 5s }
            metrics: { textfile: /var/lib/node_exporter/daybook.prom }
            """)
        var reports = Configuration.Reports()
        (reports.html, reports.json, reports.csv) = ("/r/{date}.html", "/r/{date}.json", "/r/{date}.csv")
        (reports.keep, reports.isPersonal) = (400 * 86_400, true)
        #expect(found.reports == reports)
        let from = "d@example.org"
        #expect(
            found.alerts == [
                .init(.email(address: "manager@example.org", from: nil, by: .sendmail("/usr/sbin/sendmail"))),
                .init(
                    .email(address: "m@example.org", from: from, by: .sendmail("/opt/sendmail")), when: .findings,
                    isPersonal: true, timeout: 300),
                .init(
                    .email(
                        address: "a@example.org", from: from,
                        by: .smtp(url: "smtps://mail.example.org", userFile: "/etc/user", curl: "/usr/bin/curl"))),
                .init(
                    .email(
                        address: "a@example.org", from: from,
                        by: .smtp(url: "smtp://localhost:2525", userFile: nil, curl: "/opt/curl")), when: .new),
                .init(.webhook(url: "https://example.org/hook?x=1", secretFile: "/etc/secret"), isPersonal: true),
                .init(.webhook(url: "http://example.org/hook", secretFile: nil)),
                .init(.command(["/usr/local/bin/tell", "--x"])),
            ])
        #expect(found.ping == .init(url: "https://hc.example.org/uuid", timeout: 5))
        #expect(found.metrics == "/var/lib/node_exporter/daybook.prom")
    }

    @Test("what is left out: everybody is told of every night, no client is named, no file is written")
    func defaults() throws {
        let found = try read("alerts: [ { email: manager@example.org } ]\n")
        #expect(found.alerts.map(\.when) == [.always] && found.alerts.map(\.isPersonal) == [false])
        #expect(found.reports == Configuration.Reports() && found.ping == nil && found.metrics == nil)
    }

    @Test(
        "each mistake is named by its line",
        arguments: [
            ("alerts: [ {} ]", "line 1: an alert must have one of the keys email, webhook, command"),
            (
                "alerts: [ { email: a@b.example, webhook: 'https://c.example/' } ]",
                "line 1: an alert must have one of the keys"
            ),
            ("alerts: [ { email: \"a@b.example\\nBcc: c@d.example\" } ]", "line 1: \"email\" must be one address"),
            ("alerts:\n  - email: a@b.example\n    from: \"x, y@b.example\"", "line 3: \"from\" must be one address"),
            ("alerts:\n  - email: a@b.example\n    smtp: smtps://b.example", "line 2: \"smtp\" needs the key \"from\""),
            ("alerts:\n  - email: a@b.example\n    smtp: b.example", "line 3: a mail server must be written smtps://"),
            (
                "alerts:\n  - email: a@b.example\n    smtp: smtps://u:p@b.example",
                "line 3: the address of a mail server has no"
            ),
            (
                "alerts:\n  - email: a@b.example\n    smtp: smtps://b.example/x",
                "line 3: nothing follows a mail server's"
            ),
            ("alerts:\n  - email: a@b.example\n    userFile: x", "line 3: \"userFile\" goes with \"smtp\""),
            ("alerts:\n  - webhook: https://b.example/\n    sendmail: x", "line 3: \"sendmail\" goes with \"email\""),
            ("alerts:\n  - command: [/bin/x]\n    secretFile: x", "line 3: \"secretFile\" goes with \"webhook\""),
            ("alerts: [ { command: tell } ]", "line 1: \"command\" must be a list"),
            ("alerts: [ { command: [tell] } ]", "line 1: the program of a command must be given with its whole path"),
            ("alerts: [ { webhook: 'ftp://b.example' } ]", "line 1: an address starts with https://"),
            (
                "alerts:\n  - webhook: http://b.example/\n    personal: yes",
                "line 3: what is personal is sent to an https://"
            ),
            (
                "alerts:\n  - email: a@b.example\n    when: sometimes",
                "line 3: \"when\" must be one of always, findings, new"
            ),
            ("alerts:\n  - email: a@b.example\n    personal: perhaps", "line 3: \"personal\" must be yes or no"),
            ("alerts:\n  - email: a@b.example\n    timeout: 2h", "line 3: \"timeout\" must be from 1s to 1h"),
            ("reports:\n  html: a\n  keep: 3h", "line 3: \"keep\" must be a day or more"),
            ("reports:\n  html: a\n  csv: a", "line 2: each report needs a file of its own"),
            ("reports: { pdf: x }", "line 1: the reports has no key \"pdf\""),
            ("ping: {}", "line 1: the ping needs the key \"url\""),
            ("ping: { url: 'https://a.example/?x' }", "line 1: a ping's address has nothing behind ?"),
            ("metrics: { textfile: x.txt }", "line 1: a text file of metrics must be named NAME.prom"),
        ])
    func mistakes(_ text: String, _ start: String) {
        let found = Configuration.mistakes(in: text).map(\.description)
        #expect(found.contains { $0.hasPrefix(start) }, "\(found)")
    }
}
