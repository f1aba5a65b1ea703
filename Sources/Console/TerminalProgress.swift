import Foundation

/// How far long work has come: one line that is written anew where a person looks on, a line for each step otherwise.
package struct TerminalProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Progress on standard error.
    package init() {}

    /// Says what is being done now.
    package func step(_ text: String) {
        isTerminal ? Terminal.rewriteLine(text) : Terminal.say(text)
    }

    /// Takes the last line away, where one is written anew, so that what follows stands alone.
    package func end() {
        if isTerminal { Terminal.rewriteLine("") }
    }
}
