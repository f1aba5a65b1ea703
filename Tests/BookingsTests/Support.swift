import Bookings
import TestSupport
import Transparency

/// The bytes of a text.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

/// What the parser answers to some bytes.
enum Answer: Equatable {
    case entry(Entry), notUnderstood, refused

    init(_ bytes: [UInt8]) {
        do throws(EntryError) { self = .entry(try Entry(bytes: bytes)) } catch {
            switch error {
            case .notUnderstood: self = .notUnderstood
            case .refused: self = .refused
            }
        }
    }
}

/// A booking that was created, with the members that such an entry cannot do without.
func created(_ change: (inout Entry) -> Void = { _ in }) -> Entry {
    var entry = Entry(
        origin: "example.org/book", index: 7, previous: .leaf([1]), recorded: Timestamp("2026-01-12T10:04:17.204311Z")!,
        type: .created)
    entry.source = "crm"
    entry.basis = .reported
    entry.booking = "A-1"
    entry.appointment = Appointment()
    change(&entry)
    return entry
}

/// Texts that printers and parsers trip over.
struct HostileText {
    var random: SplitMix64

    private static let pieces = [
        "a", "Z", "0", " ", "\"", "\\", "/", "\u{1}", "\u{8}", "\t", "\n", "\u{b}", "\u{c}", "\r", "\u{1f}", "\u{7f}",
        "\u{80}",
        "é", "e\u{301}", "ß", "\u{2028}", "\u{feff}", "\u{200d}", "👩🏽‍⚕️", "𝄞", "\u{fffd}", "\u{ffff}", "\u{10ffff}",
        "null",
        "}", ",\"x\":", "\\u0000", "\u{202e}", "한", "</script>",
    ]

    /// A text of one or more pieces that is not empty.
    mutating func text(most: Int = 8) -> String {
        (0..<Int.random(in: 1...most, using: &random)).map { _ in HostileText.pieces.randomElement(using: &random)! }
            .joined()
    }

    /// Now and then the longest id.
    mutating func identifier() -> Identifier {
        guard Int.random(in: 0..<40, using: &random) == 0 else { return Identifier(text()) }
        return Identifier(String(repeating: Bool.random(using: &random) ? "x" : "\u{1}", count: Identifier.longest))
    }
}

/// Entries as the format allows them, of every type.
struct EntryGenerator {
    var texts: HostileText

    init(seed: UInt64) {
        texts = HostileText(random: SplitMix64(seed: seed))
    }

    private mutating func perhaps<Value>(_ value: (inout EntryGenerator) -> Value) -> Value? {
        Bool.random(using: &texts.random) ? value(&self) : nil
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &texts.random) }

    private mutating func hash() -> Hash { Hash.leaf(texts.random.bytes(4)) }

    private mutating func count() -> Int { [0, 1, 17, JSONValue.largestInteger, number(0...100_000)][number(0...4)] }

    private mutating func moment() -> Timestamp {
        Timestamp(microseconds: Int64(number(-62_135_596_800_000_000...253_402_300_799_999_999)))
    }

    mutating func wallTime() -> WallTime {
        WallTime(instant: Int64(number(-62_135_500_000...253_402_200_000)), offset: number(-1439...1439) * 60)!
    }

    private mutating func code(first: String, rest: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789._-")
        return first + String((0..<number(0...rest)).map { _ in letters.randomElement(using: &texts.random)! })
    }

    mutating func appointment() -> Appointment {
        var state = Appointment()
        state.start = perhaps { $0.wallTime() }
        state.end = perhaps { $0.wallTime() }
        state.zone = perhaps { $0.texts.text() }
        state.status = perhaps { Appointment.Status.allCases.randomElement(using: &$0.texts.random)! }
        state.word = perhaps { $0.texts.text() }
        state.practitioner = perhaps { $0.texts.text() }
        state.service = perhaps { $0.texts.text() }
        state.location = perhaps { $0.texts.text() }
        state.series = perhaps { $0.texts.text() }
        state.occurrence = perhaps { $0.texts.text() }
        return state
    }

    mutating func entry() -> Entry { entry(of: EntryType.allCases.randomElement(using: &texts.random)!) }

    mutating func entry(of type: EntryType) -> Entry {
        let origin = code(first: ["a", "0", ".", "/", "-", "_"].randomElement(using: &texts.random)!, rest: 254)
        var entry = Entry(origin: origin, index: count(), previous: hash(), recorded: moment(), type: type)
        if type.family != .ledger {
            entry.source = texts.identifier()
            entry.event = perhaps { $0.texts.identifier() }
            entry.sequence = perhaps { $0.count() }
        }
        entry.occurred = perhaps { $0.moment() }
        entry.actor = perhaps {
            let kind = Entry.Actor.Kind.allCases.randomElement(using: &$0.texts.random)!
            return Entry.Actor(kind: kind, id: $0.perhaps { $0.texts.text() })
        }
        entry.reason = perhaps { $0.code(first: ["a", "9"].randomElement(using: &$0.texts.random)!, rest: 63) }
        if type.isAboutBooking { entry.booking = texts.identifier() }
        if type.family == .booking {
            entry.basis = Entry.Basis.allCases.randomElement(using: &texts.random)!
            entry.supersedes = perhaps { $0.texts.identifier() }
            if type != .deleted { entry.appointment = appointment() }
        }
        let names = Set((0..<number(0...4)).map { _ in code(first: "c", rest: 63) })
        entry.sealed = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { Entry.SealedField(name: $0, digest: hash()) }
        entry.body = body(of: type)
        return entry
    }

    private mutating func text() -> JSONValue { .string(texts.text()) }

    private mutating func base64() -> JSONValue { .string(hash().base64) }

    private mutating func whole() -> JSONValue { .integer(count()) }

    private mutating func body(of type: EntryType) -> JSONValue? {
        switch type {
        case .created, .modified, .cancelled, .deleted: nil
        case .ledgerOpened:
            .object([
                "format": text(),
                "after": perhaps { .object(["origin": $0.text(), "size": $0.whole(), "root": $0.base64()]) },
            ])
        case .ledgerState: .object(["size": whole(), "root": base64()])
        case .ledgerStamped: .object(["size": whole(), "root": base64(), "token": text()])
        case .noticeSent, .noticeFailed:
            .object([
                "medium": text(), "purpose": perhaps { $0.text() }, "quoted": perhaps { .string($0.wallTime().text) },
                "reached": perhaps { .boolean($0.number(0...1) == 0) },
            ])
        case .snapshotTaken:
            .object([
                "takenAt": .string(moment().text), "from": perhaps { .string($0.wallTime().text) },
                "to": perhaps { .string($0.wallTime().text) }, "complete": .boolean(true),
                "cancelled": perhaps { _ in .string("kept") }, "rows": whole(), "digest": base64(), "size": whole(),
                "root": base64(),
            ])
        case .checkCompleted:
            .object([
                "source": text(), "reading": perhaps { $0.whole() }, "critical": whole(), "error": whole(),
                "warning": whole(),
                "info": whole(), "exit": whole(), "allowed": perhaps { $0.text() },
            ])
        case .findingAcknowledged:
            .object([
                "source": text(), "code": text(), "booking": perhaps { $0.text() }, "until": .string(moment().text),
            ])
        case .captureStarted, .captureStopped, .captureHeartbeat, .captureGap:
            .object(["sources": .array([text(), text()])])
        case .intakeRefused: .object(["channel": text(), "count": whole(), "reason": text(), "digest": base64()])
        case .caseOpened: .object(["case": text(), "booking": perhaps { $0.text() }, "source": perhaps { $0.text() }])
        case .caseUpdated: .object(["case": text(), "step": text()])
        case .caseClosed: .object(["case": text(), "outcome": perhaps { $0.text() }])
        case .evidenceExported:
            .object(["source": text(), "booking": text(), "size": whole(), "digest": base64()])
        case .erasureRequested:
            .object(["fields": .array([text()]), "source": perhaps { $0.text() }, "booking": perhaps { $0.text() }])
        case .erasureCompleted:
            .object([
                "erased": .array([
                    .array([.integer(0), .strings(["client.name", "note"])]),
                    .array([.integer(9), .strings(["other"])]),
                ])
            ])
        case .keyRotated: .object(["from": text(), "to": text()])
        }
    }
}
