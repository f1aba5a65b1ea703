/// What the bytes of a file are, and how that shows.
struct EncodingGuess {
    let encoding: ScheduleLayout.Encoding
    let why: String
    /// The text as UTF-8, without a byte order mark.
    let text: [UInt8]

    /// Looks at a file's first bytes, cut anywhere where `isWhole` is false. `given` was said by a person.
    init(
        _ bytes: [UInt8], isWhole: Bool, given: ScheduleLayout.Encoding?
    ) throws(UnguessableExport) {
        let found = try EncodingGuess.look(bytes, isWhole: isWhole)
        encoding = given ?? found.encoding
        why = given == nil ? found.why : "as you said"
        var transcoder = Transcoder(encoding)
        let text = [UInt8](unsafeUninitializedCapacity: Transcoder.most(bytes.count)) { buffer, count in
            count = bytes.withUnsafeBytes { transcoder.decode($0, to: buffer.baseAddress!) }
            if isWhole { count += transcoder.finish(to: buffer.baseAddress! + count) }
        }
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        self.text = encoding == .utf8 && text.starts(with: mark) ? Array(text.dropFirst(3)) : text
        if encoding == .windows1252, given == nil { try EncodingGuess.refuseOlder(self.text) }
    }

    private static func look(
        _ bytes: [UInt8], isWhole: Bool
    ) throws(UnguessableExport) -> (encoding: ScheduleLayout.Encoding, why: String) {
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return (.utf16, "by the mark at its start")
        }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return (.utf8, "by the mark at its start") }
        // Of two bytes a character one is 0 wherever a text is in Latin letters.
        if bytes.prefix(1000).count(where: { $0 == 0 }) * 3 > bytes.prefix(1000).count {
            throw UnguessableExport(
                "this is UTF-16 without the mark at its start by which it is read; export it as UTF-8, or as Unicode text "
                    + "with a byte order mark")
        }
        guard !bytes.contains(0) else {
            throw UnguessableExport("a NUL byte stands in it; this is no text file, or it is damaged")
        }
        if bytes.allSatisfy({ $0 < 0x80 }) { return (.utf8, "all of it is plain letters") }
        if isUTF8(bytes, isWhole: isWhole) { return (.utf8, "its letters beyond A to Z are UTF-8's") }
        guard bytes.allSatisfy({ ![0x81, 0x8d, 0x8f, 0x90, 0x9d].contains($0) }) else {
            throw UnguessableExport("its letters are neither UTF-8 nor Windows'; export it as UTF-8")
        }
        return (.windows1252, "its letters beyond A to Z are not UTF-8's")
    }

    private static func isUTF8(_ bytes: [UInt8], isWhole: Bool) -> Bool {
        // A file that was cut may end in the midst of a letter.
        (0...(isWhole ? 0 : 3)).contains { cut in
            cut <= bytes.count && String(validating: bytes.dropLast(cut), as: UTF8.self) != nil
        }
    }

    /// In an encoding of DOS or of the first Macs, read as Windows', typographic marks stand inside words.
    private static func refuseOlder(_ text: [UInt8]) throws(UnguessableExport) {
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        let odd = scalars.indices.dropFirst().dropLast().contains { place in
            marks.contains(scalars[place]) && scalars[place - 1].properties.isAlphabetic
                && scalars[place + 1].properties.isAlphabetic
        }
        guard odd else { return }
        throw UnguessableExport("its letters are those of an older system than Windows; export it as UTF-8")
    }

    private static let marks = Set("‚„…†‡ˆ‰‹•˜™›€¡¢£¤¥¦§¨©«¬®¯°±²³´µ¶¸¹»¼½¾¿".unicodeScalars)
}
