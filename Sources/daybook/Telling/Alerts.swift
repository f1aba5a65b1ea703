import Bookings
import Foundation
import LedgerStore
import Schedules
import Transparency

/// Brings an alert to whoever is to be told; one that fails does not stop the others.
struct AlertDelivery {
    let alert: Configuration.Alert
    let message: AlertMessage
    /// When it is told.
    let moment: Timestamp

    func send() throws(OutsideError) -> String {
        switch alert.way {
        case .email(let address, let from, let route):
            let mail = MailMessage(
                to: address, from: from, subject: message.subject, text: message.text, date: moment)
            return try MailDelivery(mail: mail, route: route, isPersonal: alert.isPersonal, timeout: alert.timeout)
                .send()
        case .webhook(let url, let secretFile): return try post(to: url, secretFile)
        case .command(let words):
            try ProgramRun(
                program: words[0], arguments: Array(words.dropFirst()), input: message.json.bytes + [0x0a],
                environment: ["DAYBOOK_HEADLINE": message.headline], timeout: alert.timeout
            ).run()
            return "taken"
        }
    }

    /// Posts the alert as JSON. The signature is over the moment and the body, so that an old alert cannot be sent again
    /// as a new one: `HMAC-SHA-256(secret, TIMESTAMP "." BODY)`.
    private func post(to url: String, _ secretFile: String?) throws(OutsideError) -> String {
        let body = message.json.bytes
        let stamp = String(moment.seconds)
        var headers = [
            "Content-Type": "application/json", "X-Daybook-Id": message.id, "X-Daybook-Timestamp": stamp,
        ]
        if let secretFile {
            let secret = try SecretFile.token(secretFile)
            let mac = Hash.hmac(Array("\(stamp).".utf8) + body, key: Array(secret.utf8))
            headers["X-Daybook-Signature-256"] = "sha256=\(mac.hexadecimal)"
        }
        let exchange = WebExchange(
            method: "POST", url: url, headers: headers, body: body, timeout: alert.timeout, largest: 1 << 16)
        do throws(OutsideError) { _ = try exchange.run() } catch {
            // Once more: the id tells whoever got it that it is the same.
            do throws(OutsideError) { _ = try exchange.run() } catch { throw error.hiding(url) }
        }
        return "taken"
    }
}

extension Configuration.Alert {
    /// How an alert is named to people, without what may be secret: of a webhook, whoever knows its whole address may
    /// post there.
    var name: String {
        switch way {
        case .email(let address, _, _): "email \(address)"
        case .webhook(let url, _): "webhook \(URLComponents(string: url)?.host ?? "")"
        case .command(let words): "command \(words[0])"
        }
    }
}

extension OutsideError {
    /// The same, with no more of an address than its host: the rest is what lets somebody post there.
    func hiding(_ url: String) -> OutsideError {
        let host = URLComponents(string: url)?.host ?? "the address"
        return OutsideError(sentence: sentence.replacing(WebExchange.withoutQuery(url), with: host))
    }
}

/// Hands a mail to a program: to sendmail, or to curl, which brings it to a server.
struct MailDelivery {
    let mail: MailMessage
    let route: Configuration.MailRoute
    /// True where nobody may read along on the way.
    var isPersonal = false
    let timeout: Int64

    func send() throws(OutsideError) -> String {
        switch route {
        case .sendmail(let program):
            guard FileManager.default.isExecutableFile(atPath: program) else {
                throw OutsideError(sentence: MailDelivery.lack(of: program))
            }
            try ProgramRun(program: program, arguments: ["-t", "-i"], input: mail.bytes(), timeout: timeout).run()
            return "handed to \(program)"
        case .smtp(let url, let userFile, let curl):
            try submit(to: url, userFile, curl)
            return "taken by \(url)"
        }
    }

    /// What to do on a computer that cannot send a mail.
    static func lack(of program: String) -> String {
        "\(program) is not there, or may not be run; install a program that sends mail (msmtp-mta, postfix), or name "
            + "a mail server with \"smtp: smtps://mail.example.org\" and \"from\" beside the address in daybook.yaml"
    }

    /// Name and password go to curl on its standard input, where no list of processes shows them; the mail lies in a
    /// file of its own until it is sent.
    private func submit(to url: String, _ userFile: String?, _ curl: String) throws(OutsideError) {
        var secret = ""
        if let userFile {
            secret = "user = \"\(MailDelivery.quoted(try SecretFile.nameAndPassword(userFile)))\"\n"
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString).eml").path
        do throws(DurableFileError) {
            try DurableFile.reserve(file)
            try DurableFile.write(mail.bytes(end: "\r\n"), to: file)
        } catch { throw OutsideError(sentence: "the mail cannot be written to \(file): \(error.description)") }
        defer { unlink(file) }
        try ProgramRun(
            program: curl,
            arguments: [
                "--disable", "--silent", "--show-error", "--config", "-", "--proto", "=smtp,smtps", "--noproxy", "*",
                "--max-time", String(timeout), "--url", url, "--mail-from", mail.from ?? mail.to, "--mail-rcpt",
                mail.to,
                "--upload-file", file,
            ] + MailDelivery.encryption(of: url, isSecret: isPersonal || userFile != nil), input: Array(secret.utf8),
            timeout: timeout + 2
        ).run()
    }

    /// To another computer a mail goes over TLS where the server has it, and with a password or a client's name not
    /// without; inside this one there is nobody to hide it from.
    static func encryption(of url: String, isSecret: Bool) -> [String] {
        let host = URLComponents(string: url)?.host ?? ""
        if url.hasPrefix("smtps:") || ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) { return [] }
        return [isSecret ? "--ssl-reqd" : "--ssl"]
    }

    /// A text between the double quotes of curl's configuration.
    private static func quoted(_ text: String) -> String {
        text.spelling(["\\": "\\\\", "\"": "\\\""])
    }
}
