public import Transparency

/// `evidence.html`: what an evidence file shows, for people, in one file that loads nothing from anywhere.
///
/// It is plain content, filled from evidence that was verified; ``html`` sets it. Whatever comes from a ledger is only ever
/// text in it. The file stands inside the page, and the page's own script checks it in the browser, against the key inside
/// the file: it says which steps agree, and never more.
public struct EvidencePage: Sendable {
    /// The booking's id.
    public var booking: String
    /// The booking's source.
    public var source: String
    /// What the record shows, in a sentence or a few.
    public var summary: String
    /// What a reader must not overlook about it; `nil` for nothing.
    public var caution: String?
    /// What happened, the oldest first.
    public var timeline: [Step] = []
    /// The name of the zone on whose clocks the timeline is shown; `nil` for UTC.
    public var zone: String?
    /// Values that are disclosed.
    public var disclosed: [Disclosed] = []
    /// Fields that are sealed and not disclosed.
    public var withheld: [Withheld] = []
    /// Fields that were erased.
    public var erased: [Erased] = []
    /// What follows from signatures and hashes alone.
    public var proven: [String] = []
    /// What the ledger claims, and cannot take back.
    public var declared: [String] = []
    /// What the record cannot say.
    public var cannotSay: [String] = []
    /// What held when the page was made.
    public var assurance: [Assurance] = []
    /// The key inside the file.
    public var verifier: VerifierKey
    /// The checkpoint under which everything stands.
    public var checkpoint: Checkpoint
    /// When the page was made, as it is to be read.
    public var made: String
    /// The program that made it, with its version.
    public var program: String
    /// The name that the evidence file has beside the page.
    public var file = "evidence.json"
    /// The evidence file's bytes.
    public var evidence: [UInt8]

    /// Something that happened.
    public struct Step: Sendable {
        /// How a step is known.
        public enum Knowledge: String, Sendable {
            /// The source reported it, or a named person attested it.
            case recorded
            /// It was seen in a reading of the schedule.
            case observed
        }

        /// When, on the clocks of the zone.
        public var when: String
        /// What happened.
        public var sentence: String
        /// How it is known.
        public var knowledge: Knowledge
        /// The entry behind it.
        public var entry: Int?

        /// A step by its parts.
        public init(when: String, sentence: String, knowledge: Knowledge, entry: Int?) {
            self.when = when
            self.sentence = sentence
            self.knowledge = knowledge
            self.entry = entry
        }
    }

    /// A sealed field with its value.
    public struct Disclosed: Sendable {
        /// The entry that sealed it.
        public var entry: Int
        /// The field's name, as `client.name`.
        public var field: String
        /// Its value.
        public var value: String

        /// A disclosed field by its parts.
        public init(entry: Int, field: String, value: String) {
            self.entry = entry
            self.field = field
            self.value = value
        }
    }

    /// A sealed field that is not shown.
    public struct Withheld: Sendable {
        /// The entry that sealed it.
        public var entry: Int
        /// The field's name.
        public var field: String

        /// A withheld field by its parts.
        public init(entry: Int, field: String) {
            self.entry = entry
            self.field = field
        }
    }

    /// A sealed field that nobody can show again.
    public struct Erased: Sendable {
        /// The entry that sealed it.
        public var entry: Int
        /// The field's name.
        public var field: String
        /// The entry that records the erasure.
        public var by: Int

        /// An erased field by its parts.
        public init(entry: Int, field: String, by: Int) {
            self.entry = entry
            self.field = field
            self.by = by
        }
    }

    /// One word of the assurance.
    public struct Assurance: Sendable {
        /// The word, as `consistent`.
        public var word: String
        /// What it means.
        public var sentence: String

        /// A word with its sentence.
        public init(word: String, sentence: String) {
            self.word = word
            self.sentence = sentence
        }
    }

    /// A page by the parts that always stand; the others are set after.
    public init(
        booking: String, source: String, summary: String, verifier: VerifierKey, checkpoint: Checkpoint, made: String,
        program: String, evidence: [UInt8]
    ) {
        self.booking = booking
        self.source = source
        self.summary = summary
        self.verifier = verifier
        self.checkpoint = checkpoint
        self.made = made
        self.program = program
        self.evidence = evidence
    }

    /// The command that checks the file without a browser and without this page, for a shell of POSIX.
    public var command: String {
        "daybook-verify \(EvidencePage.word(file)) --trust \(EvidencePage.word(verifier.text))"
    }

    /// The same with the other program, which shares no code with this one.
    var python: String {
        "python3 verify_evidence.py \(EvidencePage.word(file)) --trust \(EvidencePage.word(verifier.text))"
    }

    /// A word of a shell's command: in quotes where it has to be.
    private static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "."), UInt8(ascii: "_"): true
                default: false
                }
            }
        guard !isPlain else { return text }
        return "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }

    /// SHA-256 of the file in hex, as the tools of every system print it.
    var digest: String {
        let digits = Array("0123456789abcdef")
        return String(Hash.sha256(evidence).bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// The page: UTF-8, one file, no remote parts.
    public var html: String { document.markup }
}
