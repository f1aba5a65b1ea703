import Bookings
import Testing
import Transparency

/// The rules of a source in the zones of these tests.
let crm = SourceRules(zone: "Test/London", status: ["Confirmed": .booked, "DNA": .noshow], zones: zones)

/// The event in a text, or why there is none.
func incoming(_ text: String, rules: SourceRules = crm) -> Result<Event, UnreadableEvent> {
    IncomingEvent(utf8(text), place: "events.ndjson:1") { _ in rules }.content
}

/// An event of a type with these data and, before them, these attributes.
func event(_ data: String, type: String = "booking.modified", _ attributes: String = "") throws -> Event {
    try incoming(
        #"{"specversion":"1.0","type":"\#(type)","source":"crm","subject":"A-1",\#(attributes)"data":\#(data)}"#
    ).get()
}

/// What was left over, as JSON.
func other(_ event: Event) throws -> JSONValue? {
    try event.personal["other"].map { try JSONValue(parsing: utf8($0)) }
}

func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: utf8(text)) }

func appointment(_ text: String) throws -> Appointment { try event(#"{"appointment":\#(text)}"#).said }

@Suite("Events as they come in")
struct CloudEventTests {
    private let example = #"""
        {"specversion":"1.0","id":"e-1","source":"crm","type":"booking.created","subject":"A-1001","time":"2026-01-12T10:04:16Z",
         "sequence":"1","data":{"actor":{"kind":"user","id":"reception.jane"},
           "appointment":{"start":"2026-06-11T09:30:00+01:00","end":"2026-06-11T10:00:00+01:00","zone":"Europe/London","status":"booked",
                          "practitioner":"dr-shah","service":"exam","location":"surgery-2"},
           "client":{"id":"C-204","name":"Asha Patel","phone":"+44 7700 900123"},"note":"prefers mornings"}}
        """#

    @Test func `the design's example`() throws {
        let event = try incoming(example).get()
        #expect(event.type == .created)
        #expect(event.source == "crm")
        #expect(event.event == "e-1")
        #expect(event.sequence == 1)
        #expect(event.occurred?.text == "2026-01-12T10:04:16.000000Z")
        #expect(event.basis == .reported)
        #expect(event.actor == .init(kind: .user, id: "reception.jane"))
        #expect(event.booking == "A-1001")
        #expect(
            event.said.json.text
                == #"{"start":"2026-06-11T09:30:00+01:00","end":"2026-06-11T10:00:00+01:00","zone":"Europe/London","status":"booked","#
                + #""practitioner":"dr-shah","service":"exam","location":"surgery-2"}"#)
        #expect(
            event.personal == [
                "client.id": "C-204", "client.name": "Asha Patel", "client.phone": "+44 7700 900123",
                "note": "prefers mornings",
            ])
        #expect(event.cleared.isEmpty)
    }

    @Test func `its entry holds no personal value, and is read again`() throws {
        let sealed = try SealedEvent(incoming(example).get())
        let entry = sealed.entry(
            after: nil, origin: "example.org", index: 1, previous: .zero, recorded: Timestamp(seconds: 0))
        let disclosures = sealed.disclosures
        let text = String(decoding: entry.bytes, as: UTF8.self)
        for value in ["C-204", "Asha", "7700", "mornings"] { #expect(!text.contains(value), "\(value)") }
        #expect(try Entry(bytes: entry.bytes) == entry)
        #expect(entry.sealed == disclosures.map(\.sealed))
        #expect(entry.sealed.map(\.name) == ["client.id", "client.name", "client.phone", "note"])
        #expect(disclosures.map(\.value) == ["C-204", "Asha Patel", "+44 7700 900123", "prefers mornings"])
        let again = try SealedEvent(incoming(example).get()).entry(
            after: nil, origin: "example.org", index: 1, previous: .zero, recorded: Timestamp(seconds: 0))
        #expect(zip(again.sealed, entry.sealed).allSatisfy { $0.digest != $1.digest }, "salts are fresh")
    }

    @Test func `the same content is the same in any order of its members`() {
        func content(_ text: String) -> [UInt8] { IncomingEvent(utf8(text), place: "") { _ in crm }.canonicalContent }
        let one =
            #"{"specversion":"1.0","id":"e","source":"crm","type":"booking.deleted","subject":"A","data":{"a":1,"b":{"c":2,"d":3}}}"#
        let other =
            #"{"data": {"b":{"d":3,"c":2}, "\u0061":1},"subject":"A","type":"booking.deleted","source":"crm","id":"e","specversion":"1.0"}"#
        #expect(content(one) == content(other))
        #expect(content(one) != content(one.replacing(#""c":2"#, with: #""c":4"#)))
        #expect(content("{") == [])
    }

    @Test func `null clears, and absence leaves alone`() throws {
        let event = try BookingsTests.event(#"{"appointment":{"location":null,"service":"x-ray","mood":null}}"#)
        #expect(event.cleared == ["location", "mood"])
        #expect(event.said.json.text == #"{"service":"x-ray"}"#)
        #expect(event.personal["other"] == nil)
    }

    @Test func `times bare, in Z and with an offset, and what is none is kept aside`() throws {
        #expect(try appointment(#"{"start":"2026-06-11T09:30"}"#).start?.text == "2026-06-11T09:30:00+01:00")
        #expect(try appointment(#"{"start":"2026-06-11T09:30Z"}"#).start?.text == "2026-06-11T10:30:00+01:00")
        #expect(
            try appointment(#"{"start":"2026-06-11T09:30","zone":"Test/Kathmandu"}"#).start?.text
                == "2026-06-11T09:30:00+05:45")
        for bad in [
            #""2026-03-29T01:30""#, #""2026-02-30T09:00""#, #""25:00""#, #""""#, "1781166600", "true", #"{"at":"x"}"#,
        ] {
            let event = try BookingsTests.event(#"{"appointment":{"start":\#(bad),"service":"exam"}}"#)
            #expect(event.said.json.text == #"{"service":"exam"}"#, "\(bad)")
            #expect(try other(event) == json(#"{"appointment":{"start":\#(bad)}}"#), "\(bad)")
        }
    }

    @Test(
        arguments: [
            ("booked", Appointment.Status.booked, nil), ("Confirmed", .booked, "Confirmed"), ("DNA", .noshow, "DNA"),
            ("checked-in", .checkedIn, nil),
            ("Perhaps", .unknown, "Perhaps"), ("unknown", .unknown, nil), ("BOOKED", .unknown, "BOOKED"),
            ("17", .unknown, "17"),
        ] as [(String, Appointment.Status, String?)])
    func `words for a status are mapped, and kept where they differ`(
        word: String, status: Appointment.Status, kept: String?
    ) throws {
        let said = try appointment(#"{"status":"\#(word)"}"#)
        #expect(said.status == status)
        #expect(said.word == kept)
    }

    @Test func `a word of its own stands beside FHIR's, and is never lost`() throws {
        #expect(try appointment(#"{"status":"booked","word":"Fest gebucht"}"#).word == "Fest gebucht")
        let event = try BookingsTests.event(#"{"appointment":{"status":"Confirmed","word":"CONF-2"}}"#)
        #expect(event.said.word == "Confirmed")
        #expect(try other(event) == json(#"{"appointment":{"word":"CONF-2"}}"#))
        let same = try BookingsTests.event(#"{"appointment":{"status":"Confirmed","word":"Confirmed"}}"#)
        #expect(try other(same) == nil)
    }

    @Test func `what has no place is sealed as it was`() throws {
        let event = try BookingsTests.event(
            #"{"appointment":{"room":{"n":1.50},"service":7},"client":{"id":204,"name":["x"],"vip":true},"note":false,"extra":[null],"reason":{"a":1}}"#,
            #""time":"yesterday","sequence":"007","dataschema":"urn:x","#)
        #expect(event.said.service == "7")
        #expect(event.personal["client.id"] == "204")
        #expect(event.personal["client.name"] == nil)
        #expect(event.occurred == nil)
        #expect(event.sequence == nil)
        #expect(
            try other(event)?.sorted
                == json(
                    #"{"appointment":{"room":{"n":1.50}},"client":{"name":["x"],"vip":true},"note":false,"extra":[null],"reason":{"a":1},"#
                        + #""event":{"dataschema":"urn:x","time":"yesterday","sequence":"007"}}"#
                ).sorted)
    }

    @Test func `leftovers of the event never hide those of its data`() throws {
        let event = try BookingsTests.event(
            #"{"event":"mine","time":1,"sequence":2,"subject":3}"#, #""time":"never","sequence":-1,"ext":"x","#)
        let left = try #require(try other(event))
        #expect(left["event"] == .string("mine"))
        #expect(left["time"] == .integer(1))
        #expect(left["sequence"] == .integer(2))
        #expect(left["event'"]?.sorted == (try json(#"{"ext":"x","time":"never","sequence":-1}"#).sorted))
        #expect(left.members?.count == 5)
    }

    @Test(
        arguments: [
            (#""0""#, 0), ("5", 5), (#""9007199254740991""#, 9_007_199_254_740_991), (#""9007199254740992""#, nil),
            ("-1", nil), (#""-1""#, nil),
            (#""01""#, nil), (#""+1""#, nil), ("1.0", nil), (#""1e3""#, nil), (#""""#, nil), ("true", nil),
            (#""٣""#, nil),
        ] as [(String, Int?)])
    func `a counter is a whole number, anything else is kept aside`(sequence: String, number: Int?) throws {
        let event = try BookingsTests.event("{}", #""sequence":\#(sequence),"#)
        #expect(event.sequence == number)
        #expect((try other(event) == nil) == (number != nil))
    }

    @Test func `the id of an acting client is sealed, that of others is not`() throws {
        let client = try event(#"{"actor":{"kind":"client","id":"asha@example.org"}}"#)
        #expect(client.actor == .init(kind: .client))
        #expect(client.personal == ["actor.client": "asha@example.org"])
        let entry = SealedEvent(client).entry(
            after: nil, origin: "o", index: 0, previous: .zero, recorded: Timestamp(seconds: 0))
        #expect(!String(decoding: entry.bytes, as: UTF8.self).contains("asha"))
        let sync = try event(#"{"actor":{"kind":"sync","id":"google","version":2}}"#)
        #expect(sync.actor == .init(kind: .sync, id: "google"))
        #expect(try other(sync) == json(#"{"actor":{"version":2}}"#))
        #expect(try event(#"{"actor":"jane"}"#).actor == .init(kind: .unknown, id: "jane"))
        #expect(try event(#"{"actor":{"kind":"robot","id":"r2"}}"#).actor == .init(kind: .unknown, id: "r2"))
        #expect(try other(event(#"{"actor":{"kind":"robot","id":"r2"}}"#)) == json(#"{"actor":{"kind":"robot"}}"#))
        #expect(try event(#"{"actor":[1]}"#).actor == nil)
    }

    @Test func `a reason is a code, or sealed as text`() throws {
        #expect(try event(#"{"reason":"no-show"}"#).reason == "no-show")
        let text = try event(#"{"reason":"Client is ill"}"#)
        #expect(text.reason == nil)
        #expect(text.personal == ["reason.text": "Client is ill"])
    }

    @Test func `a deletion has no state, and what it says of one is kept aside`() throws {
        let event = try BookingsTests.event(#"{"appointment":{"status":"booked"}}"#, type: "booking.deleted")
        #expect(event.completed(from: Appointment()) == nil)
        #expect(try other(event) == json(#"{"appointment":{"status":"booked"}}"#))
    }

    @Test func `notices and captures`() throws {
        let sent = try event(
            #"{"medium":"sms","purpose":"reminder","quoted":"2026-06-11T09:30","reached":true,"to":"+44"}"#,
            type: "notice.sent")
        #expect(sent.basis == nil)
        #expect(
            sent.body?.text
                == #"{"medium":"sms","purpose":"reminder","quoted":"2026-06-11T09:30:00+01:00","reached":true}"#)
        #expect(try other(sent) == json(#"{"to":"+44"}"#))
        #expect(try event("{}", type: "notice.failed").body?.text == #"{"reached":false}"#)
        #expect(try event("{}", type: "notice.sent").body?.text == #"{"medium":"unknown"}"#)
        let odd = try event(#"{"medium":["x"],"quoted":"soon","reached":"yes"}"#, type: "notice.sent")
        #expect(odd.body?.text == #"{"medium":"unknown"}"#)
        #expect(try other(odd)?.sorted == json(#"{"medium":["x"],"quoted":"soon","reached":"yes"}"#).sorted)
        let capture = try event("{}", type: "capture.started")
        #expect(capture.booking == nil)
        #expect(capture.body?.text == #"{"sources":["crm"]}"#)
        #expect(try other(capture) == json(#"{"event":{"subject":"A-1"}}"#))
        for event in [sent, odd, capture] {
            let entry = SealedEvent(event).entry(
                after: nil, origin: "o", index: 0, previous: .zero, recorded: Timestamp(seconds: 0))
            #expect(try Entry(bytes: entry.bytes) == entry)
        }
    }
}
