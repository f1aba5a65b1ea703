import Bookings
import Testing
import Transparency

@Suite("Events that say only what changed")
struct EventCompletionTests {
    private let present: Appointment

    init() throws {
        present = try appointment(
            #"{"start":"2026-06-11T09:30","end":"2026-06-11T10:00","zone":"Test/London","status":"Confirmed","practitioner":"dr-shah","#
                + #""service":"exam","location":"2","series":"s-1","occurrence":"o-1"}"#)
        #expect(present.word == "Confirmed")
    }

    @Test func `what is not said stays as it was`() throws {
        let event = try event(#"{"appointment":{"location":"3"}}"#)
        var expected = present
        expected.location = "3"
        #expect(event.completed(from: present) == expected)
    }

    @Test func `without a state before, what was not said is left out`() throws {
        let event = try event(#"{"appointment":{"location":"3","service":null}}"#)
        #expect(event.completed(from: nil)?.json.text == #"{"location":"3"}"#)
    }

    @Test func `null clears each member alone`() throws {
        let names = ["start", "end", "zone", "word", "practitioner", "service", "location", "series", "occurrence"]
        for name in names {
            let state = try #require(try event(#"{"appointment":{"\#(name)":null}}"#).completed(from: present))
            #expect(state.json[name] == nil, "\(name)")
            #expect(state.json.members?.count == 9, "\(name)")
        }
        let all = try event(
            #"{"appointment":{\#((names + ["status"]).map { #""\#($0)":null"# }.joined(separator: ","))}}"#)
        #expect(all.completed(from: present) == Appointment())
    }

    @Test func `a status brings its own word, or none`() throws {
        #expect(try event(#"{"appointment":{"status":"arrived"}}"#).completed(from: present)?.word == nil)
        #expect(try event(#"{"appointment":{"status":"DNA"}}"#).completed(from: present)?.word == "DNA")
        #expect(try event(#"{"appointment":{"service":"x"}}"#).completed(from: present)?.word == "Confirmed")
    }

    @Test func `a cleared status takes its word along`() throws {
        let state = try #require(try event(#"{"appointment":{"status":null}}"#).completed(from: present))
        #expect(state.status == nil)
        #expect(state.word == nil)
    }

    @Test func `a cancellation is cancelled whatever the status says, and keeps the source's word`() throws {
        func cancelled(_ text: String, from present: Appointment?) throws -> Appointment {
            try #require(try event(#"{"appointment":\#(text)}"#, type: "booking.cancelled").completed(from: present))
        }
        for before in [present, nil] {
            let contradicting = try cancelled(#"{"status":"booked"}"#, from: before)
            #expect(contradicting.status == .cancelled)
            #expect(contradicting.word == "booked")
            let mapped = try cancelled(#"{"status":"Confirmed"}"#, from: before)
            #expect(mapped.status == .cancelled)
            #expect(mapped.word == "Confirmed")
            let plain = try cancelled(#"{"status":"cancelled"}"#, from: before)
            #expect(plain.status == .cancelled)
            #expect(plain.word == nil)
        }
    }

    @Test func `the word of an earlier status is not the word of the cancellation`() throws {
        let silent = try #require(try event("{}", type: "booking.cancelled").completed(from: present))
        #expect(silent.status == .cancelled)
        #expect(silent.word == nil, "the source never called the cancelled booking Confirmed")
        #expect(silent.start == present.start)
        let again = try #require(
            try event("{}", type: "booking.cancelled").completed(
                from: appointment(#"{"status":"cancelled","word":"storno"}"#)))
        #expect(again.word == "storno")
    }

    @Test func `notices and deletions have no state`() throws {
        #expect(try event("{}", type: "notice.sent").completed(from: present) == nil)
        #expect(try event("{}", type: "booking.deleted").completed(from: present) == nil)
        #expect(try event("{}", type: "booking.created").completed(from: nil) == Appointment())
    }

    @Test func `every completed event makes an entry that is read again`() throws {
        for type in ["booking.created", "booking.modified", "booking.cancelled", "booking.deleted"] {
            for before in [nil, present] {
                let event = try event(
                    #"{"appointment":{"service":"\u0001é\\"},"client":{"name":"Zoë"},"supersedes":"A-0","x":1}"#,
                    type: type)
                let sealed = SealedEvent(event)
                let entry = sealed.entry(
                    after: before, origin: "example.org", index: 4, previous: .leaf([4]),
                    recorded: Timestamp(seconds: 9))
                #expect(try Entry(bytes: entry.bytes) == entry)
                #expect(entry.supersedes == "A-0")
                #expect(sealed.disclosures.map(\.name) == ["client.name", "other"])
            }
        }
    }
}

@Suite("Events that cannot be recorded as they are")
struct UnreadableEventTests {
    private func refusal(_ text: String) -> String? {
        guard case .failure(let error) = incoming(text) else { return nil }
        return error.description
    }

    @Test(arguments: [
        ("", "JSON"), ("{", "JSON"), ("[]", "JSON object"), ("7", "JSON object"), ("null", "JSON object"),
        (#"{"a":1,"a":1}"#, "JSON"),
        ("{}", "specversion"), (#"{"specversion":1.0}"#, "specversion"), (#"{"specversion":"0.3"}"#, "version"),
        (#"{"specversion":"1.0"}"#, "\"type\""), (#"{"specversion":"1.0","type":"booking.dreamt"}"#, "\"type\""),
        (#"{"specversion":"1.0","type":"snapshot.taken","source":"crm"}"#, "\"type\""),
        (#"{"specversion":"1.0","type":"ledger.state","source":"crm"}"#, "\"type\""),
        (#"{"specversion":"1.0","type":"erasure.completed","source":"crm"}"#, "\"type\""),
        (#"{"specversion":"1.0","type":"booking.created"}"#, "\"source\""),
        (#"{"specversion":"1.0","type":"booking.created","source":""}"#, "\"source\""),
        (#"{"specversion":"1.0","type":"booking.created","source":["crm"],"subject":"A"}"#, "\"source\""),
        (#"{"specversion":"1.0","type":"booking.created","source":"crm"}"#, "\"subject\""),
        (#"{"specversion":"1.0","type":"booking.created","source":"crm","subject":null}"#, "\"subject\""),
        (#"{"specversion":"1.0","type":"booking.created","source":"crm","subject":""}"#, "\"subject\""),
        (#"{"specversion":"1.0","type":"notice.sent","source":"crm","subject":{"id":"A"}}"#, "\"subject\""),
        (#"{"specversion":"1.0","type":"booking.created","source":"crm","subject":1.5}"#, "\"subject\""),
    ])
    func `the words name what is wrong`(text: String, word: String) throws {
        #expect(try #require(refusal(text)).contains(word))
    }

    @Test func `the words hold no value of the event`() throws {
        let secret = "Asha"
        for text in [
            #"{"specversion":"\#(secret)"}"#, #"{"specversion":"1.0","type":"\#(secret)"}"#,
            #"{"\#(secret)":1,"\#(secret)":2}"#, #"{"x":"\#(secret)\q"}"#,
            #"{"specversion":"1.0","type":"booking.created","source":["\#(secret)"]}"#, #"["\#(secret)"#, secret,
            #"{"specversion":"1.0","type":"booking.created","source":"crm","subject":["\#(secret)"]}"#,
            #"{"specversion":"1.0","type":"booking.created","source":"crm","subject":"\#(String(repeating: secret, count: 300))"}"#,
        ] {
            #expect(try !#require(refusal(text), "\(text)").contains(secret))
        }
    }

    @Test func `an id has at most 1024 bytes`() throws {
        func event(_ booking: String) -> String {
            #"{"specversion":"1.0","type":"booking.created","source":"crm","subject":"\#(booking)","data":{}}"#
        }
        #expect(try incoming(event(String(repeating: "é", count: 512))).get().booking?.text.utf8.count == 1024)
        #expect(try #require(refusal(event(String(repeating: "é", count: 512) + "x"))).contains("1024"))
        #expect(try incoming(event("17").replacing(#""17""#, with: "17")).get().booking == "17")
    }

    @Test func `an event has at most a mebibyte`() throws {
        func event(_ count: Int) -> String {
            let frame = #"{"specversion":"1.0","type":"booking.deleted","source":"crm","subject":"A","data":{"x":""}}"#
            return frame.replacing(#""""#, with: "\"" + String(repeating: "x", count: count - frame.utf8.count) + "\"")
        }
        #expect(try other(incoming(event(IncomingEvent.longest)).get())?["x"]?.string?.count ?? 0 > 1_000_000)
        #expect(try #require(refusal(event(IncomingEvent.longest + 1))).contains("longer"))
    }

    @Test func `a text that is too long is cut, with the digest of all of it`() throws {
        let long = String(repeating: "é", count: 600)
        let event = try event(#"{"appointment":{"service":"\#(long)","location":"\#(String(long.prefix(512)))"}}"#)
        #expect(event.said.service == nil)
        #expect(event.said.location?.utf8.count == 1024)
        let cut = try #require(try other(event)?["appointment"]?["service"])
        #expect(cut["cut"]?.string == String(long.prefix(512)))
        #expect(cut["bytes"] == .integer(1200))
        #expect(cut["digest"] == .string(Hash.sha256(utf8(long)).base64))
    }

    /// Six bytes stand in an entry for each of these characters: what the source may send must still fit.
    @Test func `the longest ids and texts together make an entry that fits`() throws {
        for character in ["\\u0001", "\\n", "\\\"", "x"] {

            let long = String(repeating: character, count: 1024)
            let fields = ["zone", "status", "practitioner", "service", "location", "series", "occurrence", "word"]
            let data =
                #"{"actor":{"kind":"user","id":"\#(long)"},"supersedes":"\#(long)","appointment":{\#(fields.map { #""\#($0)":"\#(long)""# }.joined(separator: ","))}}"#
            let text =
                #"{"specversion":"1.0","id":"\#(long)","type":"booking.modified","source":"\#(long)","subject":"\#(long)","data":\#(data)}"#
            let entry = SealedEvent(try incoming(text).get()).entry(
                after: nil, origin: String(repeating: "o", count: 255), index: JSONValue.largestInteger,
                previous: .zero, recorded: Timestamp(seconds: 0))
            #expect(entry.bytes.count <= Entry.longest, "\(character): \(entry.bytes.count) bytes")
            #expect(try Entry(bytes: entry.bytes) == entry)
            #expect(entry.booking?.text.utf8.count == 1024)
        }
    }
}
