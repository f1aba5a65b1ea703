import Bookings
import Testing

struct `Doctor, about alerts` {
    @Test func `says what would not work, and what to do`() throws {
        let world = try World()
        try world.initialize()
        try world.write("hush\n", to: "public")
        try world.write("ana:hush\n", to: "user")
        #expect(try world.shell("chmod 644 public; chmod 600 user; touch here.prom").status == 0)
        try world.write(
            """
            alerts:
              - { email: a@example.org, sendmail: /nowhere/sendmail }
              - { email: a@example.org, smtp: "smtps://mail.example.org", from: d@example.org, curl: /nowhere/curl }
              - { email: b@example.org, smtp: "smtps://mail.example.org", from: d@example.org, userFile: nobody, curl: /bin/true }
              - { email: c@example.org, smtp: "smtps://mail.example.org", from: d@example.org, userFile: user, curl: /bin/true }
              - { webhook: "https://example.org/T0/hush", secretFile: public }
              - { command: [/nowhere/tell] }
            reports: { html: "reports/{date}.html" }
            metrics: { textfile: /nowhere/daybook.prom }
            """, to: "daybook.yaml")
        let said = try world.daybook("doctor", "--json")
        let results = try said.json["results"]?.array ?? []
        func sentences(_ about: String) -> [String] {
            results.filter { $0["about"]?.string == about }.compactMap {
                "\($0["state"]?.string ?? "") \($0["sentence"]?.string ?? "")"
            }
        }
        let alerts = sentences("alert")
        #expect(alerts.count == 6)
        #expect(alerts[0].hasPrefix("bad email a@example.org: /nowhere/sendmail is not there"))
        #expect(alerts[1].contains("/nowhere/curl is not there"))
        #expect(alerts[2].contains("nobody: there is no such file"))
        #expect(alerts[3] == "good email c@example.org: is told of every night")
        #expect(alerts[4].hasPrefix("bad webhook example.org: ") && alerts[4].contains("chmod 600"))
        #expect(alerts[5].contains("/nowhere/tell is not there"))
        #expect(sentences("report").first?.hasPrefix("good ") == true)
        #expect(sentences("metrics").first?.hasPrefix("bad ") == true)
        #expect(sentences("alerts").isEmpty && !said.output.contains("hush") && said.status == 1)
    }

    @Test(arguments: [
        ("", "nobody is told of a night"),
        ("alerts: [ { command: [/bin/true], when: new } ]", "nobody hears of a night on which all is well"),
    ])
    func `says when silence would mean nothing`(_ text: String, _ sentence: String) throws {
        let world = try World()
        try world.initialize()
        try world.write("sources: [ { id: crm } ]\n\(text)\n", to: "daybook.yaml")
        #expect(try world.daybook("doctor").output.contains(sentence))
        try world.write(
            "sources: [ { id: crm } ]\n\(text)\nping: { url: 'https://hc.example.org/x' }\n", to: "daybook.yaml")
        #expect(!(try world.daybook("doctor").output.contains("nobody")))
    }
}
