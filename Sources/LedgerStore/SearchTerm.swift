import Foundation

/// How a client is found again by what they say: a name, a telephone number, an e-mail address, an id.
///
/// Terms hold personal values in a form fit for comparison. They are derived from disclosures and erased with them.
public enum SearchTerm {
    /// The terms under which a personal value is listed; none for fields that nobody searches by.
    public static func terms(name: String, value: String) -> [String] {
        switch name {
        case "client.id": ["id:" + value.lowercased()]
        case "client.name": words(value).map { "name:" + $0 }
        case "client.phone": phone(value).map { ["phone:" + $0] } ?? []
        case "client.email": ["email:" + value.lowercased()]
        default: []
        }
    }

    /// For each word of a name, the terms under which it may be listed by people who spell it otherwise: `Mueller` and
    /// `Müller` find each other and both find `Muller`, as `Muller` finds `Müller`; so with `Soerensen` and `Sørensen`,
    /// `Weiss` and `Weiß`.
    public static func spellings(ofName name: String) -> [[String]] {
        let words = words(name)
        let written = SearchTerm.words(
            String(name.precomposedStringWithCanonicalMapping.lowercased().flatMap { asTwo[$0] ?? String($0) }))
        return words.enumerated().map { place, word in
            var spellings = [word]
            if written.count == words.count, written[place] != word { spellings.append(written[place]) }
            // Each spelling is looked at once, also those that come of others.
            var next = 0
            while next < spellings.count, spellings.count < mostSpellings {
                for (from, to) in asOne where spellings[next].contains(from) {
                    let other = spellings[next].replacing(from, with: to)
                    if !spellings.contains(other) { spellings.append(other) }
                }
                next += 1
            }
            return spellings.map { "name:" + $0 }
        }
    }

    private static let mostSpellings = 24

    /// How letters are written where a keyboard lacks them.
    private static let asTwo: [Character: String] = [
        "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "ß": "ss",
    ]

    /// The same, read back: as the letters are listed, which are without their marks.
    private static let asOne = [
        ("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("ae", "æ"), ("oe", "ø"), ("oe", "œ"), ("ss", "ß"),
        ("ß", "ss"), ("o", "ø"),
        ("ø", "o"), ("ø", "oe"), ("æ", "ae"), ("œ", "oe"),
    ]

    /// The terms under which a booking is listed for what is disclosed of one of its entries.
    static func terms(of personal: some Sequence<(name: String, value: String)>) -> [String] {
        personal.flatMap { terms(name: $0.name, value: $0.value) }
    }

    /// The words of a name, without case and accents: `Zoë O’Brien` is `zoe`, `obrien`.
    static func words(_ name: String) -> [String] {
        guard !name.utf8.allSatisfy({ $0 < 0x80 }) else { return plainWords(name) }
        let folded = name.lowercased().unicodeScalars.filter { !apostrophes.contains($0) }
        let plain = folded.flatMap { baseLetters($0) }
        let words = plain.split { !$0.properties.isAlphabetic && !("0"..."9").contains($0) }
        var seen: Set<String> = []
        return words.map { String(String.UnicodeScalarView($0)) }.filter { seen.insert($0).inserted }
    }

    /// The words of a name that is all ASCII, as most are: the same, without asking for the properties of letters.
    private static func plainWords(_ name: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            let text = String(decoding: word, as: UTF8.self)
            if !word.isEmpty, !words.contains(text) { words.append(text) }
            word.removeAll(keepingCapacity: true)
        }
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte + 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): word.append(byte)
            case UInt8(ascii: "'"), UInt8(ascii: "`"): break
            default: end()
            }
        }
        end()
        return words
    }

    /// The last nine digits, so that `+44 7700 900123` and `07700 900123` meet; `nil` below five digits.
    static func phone(_ text: String) -> String? {
        let digits = text.utf8.filter { (0x30...0x39).contains($0) }
        guard digits.count >= 5 else { return nil }
        return String(decoding: digits.suffix(9), as: UTF8.self)
    }

    private static let apostrophes: Set<Unicode.Scalar> = ["'", "\u{2019}", "\u{02bc}", "`"]

    /// A letter without its marks, as far as the standard library's decomposition knows them.
    private static func baseLetters(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        guard scalar.value > 0x7f else { return [scalar] }
        return decomposed(scalar).filter {
            !$0.properties.isDiacritic && $0.properties.generalCategory != .nonspacingMark
        }
    }
}

private func decomposed(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
}
