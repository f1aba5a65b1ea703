import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

@testable import daybook

/// A mail as Python's own reader of mails understands it.
private struct ReadMail: Decodable {
    let headers: [[String]]
    let text: String
    let defects: [String]

    static let script = """
        import email, email.policy, json, sys
        mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
        defects = [str(d) for part in mail.walk() for d in part.defects]
        defects += [f"{name}: {d}" for name, value in mail.items() for d in value.defects]
        print(json.dumps({"headers": [[k, str(v)] for k, v in mail.items()], "text": mail.get_content(), "defects": defects}))
        """

    init(_ bytes: [UInt8], in world: World) throws {
        let json = try world.python(ReadMail.script, input: Data(bytes))
        self = try JSONDecoder().decode(ReadMail.self, from: Data(json.utf8))
    }

    func all(_ name: String) -> [String] { headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] } }
}

@Suite(.enabled(if: LocalServer.isAvailable, "python3 is not installed"))
struct `A mail` {
    private func mail(_ subject: String, _ text: String) -> MailMessage {
        MailMessage(
            to: "manager@example.org", from: "daybook@example.org", subject: subject, text: text,
            date: Timestamp("2026-03-05T02:00:14Z")!)
    }

    private let names = [
        "To", "From", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
        "Auto-Submitted",
    ]

    @Test func `is read back as it was meant`() throws {
        let world = try World()
        let texts =
            Nights.hostile + [
                "", ".", "..", "From here on", "=", "==3D", "trailing \nspaces\t\nhere ", "é",
                String(repeating: "é ", count: 400),
                String(repeating: "x", count: 75), String(repeating: "x", count: 76), String(repeating: "x", count: 77),
                String(repeating: " ", count: 200), "Daybook: all well – 214 appointments agree",
            ]
        for text in texts {
            for end in ["\n", "\r\n"] {
                let bytes = mail(text, text).bytes(end: end)
                let read = try ReadMail(bytes, in: world)
                #expect(read.defects.isEmpty, "\(text.prefix(40)): \(read.defects)")
                #expect(read.headers.map { $0[0] } == names, "\(text.prefix(40))")
                let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                let got = read.text.replacing("\r\n", with: "\n")
                // Python ends a text with a newline where it has none.
                #expect([lines.joined(separator: "\n"), lines.joined(separator: "\n") + "\n"].contains(got))
                #expect(!bytes.contains { $0 >= 0x80 })
                let longest = bytes.split(separator: 0x0a).map(\.count).max() ?? 0
                #expect(longest <= 77, "\(longest)")
            }
        }
        let read = try ReadMail(mail("Daybook: all well – 214 appointments agree", "x").bytes(), in: world)
        #expect(read.all("Subject") == ["Daybook: all well – 214 appointments agree"])
        #expect(read.all("Date") == ["Thu, 05 Mar 2026 02:00:14 +0000"])
        #expect(read.all("Auto-Submitted") == ["auto-generated"])
        #expect(read.all("Message-ID")[0].hasSuffix("@example.org>"))
    }

    @Test func `about a night says in its subject what there is, and names no client`() throws {
        let world = try World()
        let night = try Nights.missing(in: world)
        let ledger = try Nights.ledger(of: world)
        func sent(_ more: String) throws -> (subject: String, text: String) {
            let telling = try Nights.telling(
                "alerts: [ { email: ana@example.org, sendmail: '\(world.path("told"))'\(more) } ]", in: world)
            try world.write("#!/bin/sh\ncat > '\(world.path("mail"))'\n", to: "told")
            #expect(try world.shell("chmod 755 told").status == 0)
            #expect(telling.tell(night).map(\.sentence) == ["handed to \(world.path("told"))"])
            let read = try ReadMail(Array(Data(contentsOf: world.folder.appending(path: "mail"))), in: world)
            #expect(read.defects.isEmpty)
            return (read.all("Subject")[0], read.text)
        }
        let (subject, text) = try sent("")
        #expect(
            subject
                == "Daybook: 1 appointment is missing from the schedule, 1 other finding needs a person, 1 of 2 sources was not read"
        )
        for part in [
            "A-1001", "24 March 2026", "dr-shah", "What to do:", "What to say to the client:", "Not read (1)", "north",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("Asha") && !text.contains("900123"))
        #expect(ledger.client(of: BookingKey(source: "crm", booking: "A-1001"))?.name == "Asha Patel")
        #expect(try sent(", personal: yes").text.contains("Client: Asha Patel, +44 7700 900123"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 78 }, "\(text)")
        if let folder = ProcessInfo.processInfo.environment["DAYBOOK_PAGES"] {
            try text.write(toFile: "\(folder)/mail.txt", atomically: true, encoding: .utf8)
        }
    }

    @Test func `about bookings of hostile names has its own head and no other`() throws {
        let world = try World()
        let night = try Nights.hostile(in: world)
        let message = AlertMessage(of: night, when: .always, report: "/r/\n\nBcc: x", client: nil)
        let read = try ReadMail(mail(message.subject, message.text).bytes(), in: world)
        #expect(read.defects.isEmpty && read.headers.map { $0[0] } == names)
        #expect(!read.text.contains("Secret") && !read.text.contains("7700"))
        #expect(!read.text.contains("\nBcc") && !read.text.contains("\u{202e}") && !read.text.contains("\u{1b}"))
    }

    @Test func `leaves this computer over TLS only, where a password or a name goes with it`() {
        func options(_ url: String, _ isSecret: Bool) -> [String] {
            MailDelivery.encryption(of: url, isSecret: isSecret)
        }
        for isSecret in [false, true] {
            #expect(options("smtps://mail.example.org", isSecret) == [])
            for url in ["smtp://localhost", "smtp://127.0.0.1:25", "smtp://[::1]:25"] {
                #expect(options(url, isSecret) == [])
            }
        }
        for url in ["smtp://mail.example.org:587", "smtp://localhost.example.org", "smtp://127.0.0.1.example.org"] {
            #expect(options(url, true) == ["--ssl-reqd"] && options(url, false) == ["--ssl"])
        }
    }

    @Test(.enabled(if: hasServer, "curl, or aiosmtpd for Python, is not installed"))
    func `reaches a server over TLS, from the first byte or after STARTTLS, and no server that nobody vouches for`()
        throws
    {
        let world = try World()
        try world.initialize()
        let server = """
            import pathlib, ssl, sys, time
            from aiosmtpd.controller import Controller
            here, mode = pathlib.Path(sys.argv[1]), sys.argv[2]
            class Handler:
                async def handle_DATA(self, server, session, envelope):
                    with open(here / f"taken-{mode}", "a") as out:
                        out.write(f"{session.ssl is not None or mode == 'smtps'} {envelope.rcpt_tos}\\n")
                    return "250 taken"
            class Server(Controller):
                def _trigger_server(self):
                    self.port = self.server.sockets[0].getsockname()[1]
                    super()._trigger_server()
            # The controller tries its own port with it, too, as a client.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS)
            context.load_cert_chain(here / "cert.pem", here / "key.pem")
            more = {"ssl_context": context} if mode == "smtps" else {"tls_context": context} if mode == "starttls" else {}
            controller = Server(Handler(), hostname="127.0.0.2", port=0, **more)
            controller.start()
            port = controller.server.sockets[0].getsockname()[1]
            (here / f"new-{mode}").write_text(str(port))
            (here / f"new-{mode}").rename(here / f"port-{mode}")
            time.sleep(600)
            """
        try world.write(server, to: "smtp.py")
        let made = try world.shell(
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 1 -subj /CN=127.0.0.2 "
                + "-addext subjectAltName=IP:127.0.0.2")
        try #require(made.status == 0, "\(made.errors)")
        let (processes, ports) = try serve(["smtps", "starttls", "plain"], in: world)
        defer { try? world.kill(processes) }
        try world.write("ana:secret\n", to: "user")
        try world.shell("chmod 600 user").requireZero()
        try world.write(
            """
            sources: [ { id: crm } ]
            alerts:
              - { email: one@example.org, smtp: "smtps://127.0.0.2:\(ports["smtps"]!)", from: daybook@example.org }
              - { email: two@example.org, smtp: "smtp://127.0.0.2:\(ports["starttls"]!)", from: daybook@example.org }
              - { email: three@example.org, smtp: "smtp://127.0.0.2:\(ports["plain"]!)", userFile: user, from: daybook@example.org }
            """, to: "daybook.yaml")
        let strange = try world.daybook("nightly", "--test-alerts")
        #expect(strange.status == 69, "\(strange.output)\(strange.errors)")
        for mode in ["smtps", "starttls", "plain"] {
            #expect(!FileManager.default.fileExists(atPath: world.path("taken-\(mode)")), "\(mode)")
        }
        let trusted = try world.shell("CURL_CA_BUNDLE=\(world.path("cert.pem")) daybook nightly --test-alerts")
        func taken(_ mode: String) -> String? {
            try? String(contentsOfFile: world.path("taken-\(mode)"), encoding: .utf8)
        }
        #expect(taken("smtps") == "True ['one@example.org']\n", "\(trusted.output)\(trusted.errors)")
        #expect(taken("starttls") == "True ['two@example.org']\n", "\(trusted.output)\(trusted.errors)")
        #expect(taken("plain") == nil, "a name and a password leave over TLS only")
    }

    /// Starts `smtp.py` in each of these modes; gives the processes, and the port that each has written down.
    private func serve(_ modes: [String], in world: World) throws -> (processes: [Process], ports: [String: String]) {
        let processes = try modes.map { try world.start("exec python3 smtp.py . \($0)") }
        var ports: [String: String] = [:]
        for mode in modes {
            let file = world.path("port-\(mode)")
            while !FileManager.default.fileExists(atPath: file) {
                try #require(processes.allSatisfy({ $0.isRunning }), "the server did not start")
                usleep(20_000)
            }
            ports[mode] = try String(contentsOfFile: file, encoding: .utf8)
        }
        return (processes, ports)
    }

    private static let hasServer =
        World.hasPython("aiosmtpd.controller") && FileManager.default.isExecutableFile(atPath: Configuration.usualCurl)

    @Test(.enabled(if: hasServer, "curl, or aiosmtpd for Python, is not installed"))
    func `reaches a real server by SMTP, with name and password, and without`() throws {
        let world = try World()
        let night = try Nights.hostile(in: world)
        let server = """
            import pathlib, sys, time
            from aiosmtpd.controller import Controller
            from aiosmtpd.smtp import AuthResult
            here = pathlib.Path(sys.argv[1])
            class Handler:
                async def handle_DATA(self, server, session, envelope):
                    with open(here / "envelopes", "a") as out:
                        out.write(f"{session.auth_data} {envelope.mail_from} {envelope.rcpt_tos}\\n")
                    (here / "taken").write_bytes(envelope.original_content)
                    return "250 taken"
            def check(server, session, envelope, mechanism, data):
                ok = data.login == b"ana" and data.password == b'p"a\\\\ss: \\xc3\\xbc'
                return AuthResult(success=ok, handled=False, auth_data="ana" if ok else None)
            strict = sys.argv[2] == "strict"
            class Server(Controller):
                def _trigger_server(self):
                    self.port = self.server.sockets[0].getsockname()[1]
                    super()._trigger_server()
            controller = Server(Handler(), hostname="127.0.0.1", port=0, authenticator=check,
                                auth_required=strict, auth_require_tls=False)
            controller.start()
            (here / f"new-{sys.argv[2]}").write_text(str(controller.port))
            (here / f"new-{sys.argv[2]}").rename(here / f"port-{sys.argv[2]}")
            time.sleep(600)
            """
        try world.write(server, to: "smtp.py")
        let (processes, ports) = try serve(["strict", "open"], in: world)
        defer { try? world.kill(processes) }
        try world.write("ana:p\"a\\ss: ü\n", to: "user")
        try world.write("ana:wrong\n", to: "wrong")
        #expect(try world.shell("chmod 600 user wrong; cp user public; chmod 644 public").status == 0)
        let (strict, open) = (ports["strict"]!, ports["open"]!)
        let telling = try Nights.telling(
            """
            alerts:
              - { email: one@example.org, smtp: "smtp://127.0.0.1:\(strict)", userFile: user, from: daybook@example.org }
              - { email: two@example.org, smtp: "smtp://127.0.0.1:\(strict)", userFile: wrong, from: daybook@example.org }
              - { email: three@example.org, smtp: "smtp://127.0.0.1:\(strict)", userFile: public, from: daybook@example.org }
              - { email: four@example.org, smtp: "smtp://127.0.0.1:\(open)", from: daybook@example.org }
              - { email: five@example.org, smtp: "smtp://127.0.0.1:1", from: daybook@example.org }
            """, in: world)
        let outcomes = telling.tell(night)
        #expect(outcomes.map(\.isDone) == [true, false, false, true, false], "\(outcomes.map(\.line))")
        #expect(outcomes[2].sentence.contains("others can read this secret; run: chmod 600"))
        #expect(!outcomes.map(\.line).joined().contains("p\"a"))
        let envelopes = try String(contentsOfFile: world.path("envelopes"), encoding: .utf8)
        #expect(
            envelopes == "ana daybook@example.org ['one@example.org']\nNone daybook@example.org ['four@example.org']\n")
        let bytes = Array(try Data(contentsOf: world.folder.appending(path: "taken")))
        let read = try ReadMail(bytes, in: world)
        #expect(read.defects.isEmpty && read.headers.map { $0[0] } == names)
        #expect(
            read.text.replacing("\r\n", with: "\n")
                == AlertMessage(of: night, when: .always, report: nil, client: nil).text)
        #expect(Telling.status(of: night, outcomes) == night.status)
    }
}
