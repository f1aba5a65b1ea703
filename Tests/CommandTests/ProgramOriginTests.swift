import Bookings
import Foundation
import Testing

/// A schedule that a program prints, read by the built program.
struct `A schedule that a program prints` {
    private let world: World
    private let source: LiveSource

    init() throws {
        world = try World()
        try world.write(Exports.csv(1...9), to: "export.csv")
        source = try LiveSource(in: world, schedule: "{ exec: [cat, export.csv] }")
    }

    /// A program in the world's folder.
    private func script(_ text: String) throws {
        try world.write("#!/bin/sh\n\(text)\n", to: "say")
        try world.shell("chmod 755 say").requireZero()
    }

    @Test func `that loses a row shows it the next night, with the window of loss`() throws {
        try source.expectLoss(of: "A-9") { try world.write(Exports.csv(1...8), to: "export.csv") }
    }

    @Test func `gets its words as they are, in the configuration's folder, and no shell`() throws {
        try script("printf '%s|' \"$@\" > words; pwd > folder; cat export.csv; cat")
        try source.configure("{ exec: [./say, 'a b', '$(touch owned)', '; touch owned', '*'] }")
        let outcome = try world.run(
            "/bin/sh",
            [
                "-c",
                "mkdir -p elsewhere && cd elsewhere && daybook reconcile crm --dry-run --json --config ../daybook.yaml",
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try outcome.json["appointments"]?.array?.count == 9)
        let words = try String(contentsOfFile: world.path("words"), encoding: .utf8)
        #expect(words == "a b|$(touch owned)|; touch owned|*|")
        #expect(!FileManager.default.fileExists(atPath: world.path("owned")))
        let folder = try String(contentsOfFile: world.path("folder"), encoding: .utf8)
        #expect(folder.hasSuffix("/\(world.folder.lastPathComponent)\n"))
    }

    @Test func `that fails in any way is refused, and nothing is taken for lost`() throws {
        #expect(try source.night(2).status == 0)
        try source.expectRefusal("{ exec: ['true'] }", "true printed nothing")
        try source.expectRefusal("{ exec: ['false'] }", "false ended with status 1")
        try source.expectRefusal("{ exec: [no-such-program] }", "no-such-program: no program of this name is in PATH")
        try source.expectRefusal("{ exec: [./nowhere] }", "nowhere is not there, or may not be run")
        try script("cat export.csv; kill -9 $$")
        try source.expectRefusal("{ exec: [./say] }", "was ended by signal 9")
        try script("head -c 200 export.csv; exit 3")
        try source.expectRefusal("{ exec: [./say] }", "ended with status 3")
        try script("while :; do cat export.csv; done")
        try source.expectRefusal("{ exec: [./say], maxBytes: 100000 }", "printed more than 100000 bytes")
        try script("cat export.csv; sleep 60 & echo $! > child; sleep 60")
        try source.expectRefusal("{ exec: [./say], timeout: 1s }", "did not end within 1 s, and was ended")
        let child = try String(contentsOfFile: world.path("child"), encoding: .utf8)
        let number = try #require(pid_t(child.trimmingCharacters(in: .newlines)))
        // Gone, or ended and nobody's who would take note of it.
        let state = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
        #expect(state?.contains(") Z ") ?? true, "what the program started is ended with it")
        try script("head -1 export.csv")
        try source.expectRefusal("{ exec: [./say] }", status: 3)
    }

    @Test func `that fails is told of by its own first words, without a client's`() throws {
        try script(
            """
            echo >&2
            printf 'ERROR:\\t invalid \\033[31mdate: "Asha Patel" of "visit" (+44 7700 900123) asha@example.org\\n' >&2
            echo 'DETAIL: Asha' >&2
            exit 1
            """)
        try source.configure("{ exec: [./say, SELECT visit] }")
        let errors = try source.night(2).errors
        #expect(errors.contains("ended with status 1: ERROR: invalid [31mdate: \"…\" of \"visit\" (…) …"), "\(errors)")
        #expect(!errors.contains("Asha") && !errors.contains("7700") && !errors.contains("\u{1b}"))
    }
}
