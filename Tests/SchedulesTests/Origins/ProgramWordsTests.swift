import Testing

@testable import Schedules

/// What is told of a program's own words.
struct `A program's words` {
    private func told(_ text: String, _ words: [String] = ["psql", "-c", "SELECT \"Name\" FROM visit"]) -> String? {
        ProgramSource.firstLine(of: Array(text.utf8), quoting: words)
    }

    @Test(
        arguments: [
            (
                "psql: error: connection to server on socket \"/run\" failed: No such file\n\tIs it running?",
                "psql: error: connection to server on socket \"…\" failed: No such file"
            ),
            ("\n \nERROR:  relation \"visit\" does not exist\nLINE 1", "ERROR: relation \"visit\" does not exist"),
            ("ERROR: invalid input for date: \"Asha Patel\"", "ERROR: invalid input for date: \"…\""),
            ("Key (email)=(asha@example.org) is there", "Key (…)=(…) is there"),
            ("can't read 'Asha", "can't read '…"),
            ("couldn't read the row of 'Asha Patel', sorry", "couldn't read the row of '…', sorry"),
            ("no such client: 'Mary O'Hara' of 1", "no such client: '…' of 1"),
            ("bad value “Asha” of «Patel» `x`", "bad value “…” of «…» `…`"),
            ("write to asha.patel@example.org, now", "write to … now"),
            ("\u{1b}[31mred\u{7}\u{202e}", "[31mred"),
            ("", nil), (" \n\t\n", nil),
        ] as [(String, String?)])
    func `are its first line, without what may be a client's`(text: String, shown: String?) {
        #expect(told(text) == shown)
    }

    @Test func `are cut, and need not be UTF-8`() {
        #expect(told(String(repeating: "x", count: 5000))?.count == 201)
        #expect(ProgramSource.firstLine(of: [0xff, 0x41, 0x0a, 0x42], quoting: []) == "\u{fffd}A")
    }
}
