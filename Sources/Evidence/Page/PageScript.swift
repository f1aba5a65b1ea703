/// The check in the browser: a program in JavaScript, kept in parts that build on each other.
///
/// It repeats what ``EvidenceVerifier`` does, in another language and with another library's hashes and signatures, so
/// that a reader who has only a browser sees each step. It asks nothing of a network, and changes the page by setting
/// texts alone, never markup.
enum PageScript {
    /// Everything but the page: `check(text, page)` and what it stands on, for a script that brings its own texts.
    static let checking = [bytes, json, form, entries, trees, notes, parts, steps].joined(separator: "\n")

    /// The script of a page, whole.
    static let whole = "(() => {\n\"use strict\";\n\(checking)\n\(page)\n})();\n"
}
