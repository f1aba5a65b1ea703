import Yams

extension Configuration {
    /// How the nights are: `nightly: { fullVerify: 7, at: "03:00", states: 1, missed: 36h }`.
    public struct Nightly: Sendable, Equatable {
        /// Each how many nights projections and declared states are computed again, too. The entries, their chain and
        /// their tree are verified every night.
        public var fullVerify = 7
        /// When the night's work is to start, in minutes after midnight: for the timer that starts it.
        public var at = 3 * 60
        /// How many of the newest `ledger.state` entries are computed again on those nights.
        public var states = 1
        /// After how many seconds without a check of a source a night was missed.
        public var missed: Int64 = 36 * 3600

        /// The stated defaults.
        public init() {}
    }
}

extension ConfigurationReader {
    mutating func nightly(_ top: Section) -> Configuration.Nightly {
        var nightly = Configuration.Nightly()
        guard let node = top["nightly"] else { return nightly }
        let section = section(node, "the nights", ["fullVerify", "at", "states", "missed"])
        if let value = count("fullVerify", section, 1...365) { nightly.fullVerify = value }
        if let value = count("states", section, 0...1000) { nightly.states = value }
        if let value = duration("missed", section) {
            nightly.missed = value
            // A night begins when it begins: a few minutes later than the day before is none that was missed.
            if value < 25 * 3600 { note(section["missed"], "\"missed\" must be from 25h: a night lasts a day") }
        }
        if let text = text("at", section) {
            if let minute = ConfigurationReader.minuteOfDay(text[...]) {
                nightly.at = minute
            } else {
                note(section["at"], "\"at\" must be a time of day like 03:00")
            }
        }
        return nightly
    }

    /// `03:00`, as minutes after midnight; `nil` for anything else.
    private static func minuteOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }
}
