/// Markup in which a text can only ever be text: what is interpolated is escaped, and only literals are markup.
package struct HTML: ExpressibleByStringInterpolation {
    /// The markup.
    package private(set) var markup: String

    package init(stringLiteral value: StaticString) {
        markup = value.description
    }

    package init(stringInterpolation: StringInterpolation) {
        markup = stringInterpolation.markup
    }

    /// A text that is set apart, so that its direction of writing cannot turn what stands around it.
    package static func isolated(_ text: String) -> HTML { "<bdi>\(text)</bdi>" }

    /// A text that may be broken after so many characters and after `+` and `/`, and nowhere else where it fits: a copy of
    /// it has no breaks.
    static func broken(_ text: String, every length: Int) -> HTML {
        var pieces: [HTML] = []
        var piece = ""
        for character in text {
            piece.append(character)
            if piece.count == length || character == "+" || character == "/" {
                pieces.append("\(piece)<wbr>")
                piece = ""
            }
        }
        return "\(pieces)\(piece)"
    }

    /// A text without its markup characters, fit for content and for attributes in double quotes.
    ///
    /// What would be invisible, or would turn the text around, is spelled out as `[U+202E]`.
    package static func escaped(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case _ where isUnseen(scalar): out += spelledOut(scalar)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        // The script of the page has the same list: what it reads there must be spelled as what is shown here.
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f, 0xad, 0x061c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x206f,
            0xfeff, 0xfff9...0xfffb, 0xe0000...0xe007f:
            true
        default: false
        }
    }

    private static func spelledOut(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "[U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
    }

    /// Collects the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity)
        }

        package mutating func appendLiteral(_ literal: StaticString) { markup += literal.description }

        /// A text, escaped.
        package mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }

        package mutating func appendInterpolation(_ number: Int) { markup += String(number) }

        package mutating func appendInterpolation(_ html: HTML) { markup += html.markup }

        package mutating func appendInterpolation(_ list: [HTML]) {
            for html in list { markup += html.markup }
        }

        /// Text that the browser is not to read as markup at all: the page's own style and script, and its JSON.
        package mutating func appendInterpolation(raw text: String) { markup += text }
    }
}
