import Auditing
import Bookings
import Testing

@Suite("With which status a program ends")
struct ExitStatusTests {
    /// A report with findings of these kinds, made by the program itself.
    private struct Maker {
        var integrity = false
        var proven = false
        var warning = false
        var unproven = false
        var partial = false

        var findings: [Finding] {
            var found: [Finding] = []
            var book = Book()
            book.create("A")
            book.create("B", booked("06-16 10:00"))
            let b = row("B", booked("06-16 10:00"))
            if integrity {
                var broken = book
                broken.defects = [Defect(code: "AR403", index: nil, kind: .rolledBack, sentence: "It is shorter.")]
                found += broken.report([b, row("A")]).findings
            }
            if proven { found += book.report([b]).findings }
            if warning { found += book.report([b, row("A"), row("C")]).findings }
            if unproven { found += book.report([b]) { $0.cancelled = .removed }.findings }
            if partial { found += book.report([b, row("A")]) { $0.rowCount = 9 }.findings }
            return found
        }
    }

    @Test func `integrity goes before findings before inconclusive before clean`() {
        for integrity in [true, false] {
            for proven in [true, false] {
                for warning in [true, false] {
                    for unproven in [true, false] {
                        for partial in [true, false] {
                            let findings = Maker(
                                integrity: integrity, proven: proven, warning: warning, unproven: unproven,
                                partial: partial
                            ).findings
                            let open = unproven || partial
                            let what = "\(findings.map(\.code.rawValue))"
                            #expect(
                                ExitStatus(findings).rawValue == (integrity ? 2 : proven ? 1 : open ? 3 : 0), "\(what)")
                            #expect(
                                ExitStatus(findings, failOn: .warning).rawValue
                                    == (integrity ? 2 : proven || warning ? 1 : open ? 3 : 0), "\(what)")
                            #expect(
                                ExitStatus(findings, failOn: nil).rawValue == (integrity ? 2 : open ? 3 : 0), "\(what)")
                        }
                    }
                }
            }
        }
    }

    @Test func `critical alone counts where critical is asked for`() {
        var book = Book()
        book.create("A")
        #expect(ExitStatus(book.report([row("A", booked("06-16 10:00"))]).findings, failOn: .critical) == .clean)
        #expect(ExitStatus(book.report([row("A", booked("06-16 10:00"))]).findings, failOn: .error) == .findings)
    }

    @Test func `mass disappearance and a stale export are inconclusive`() {
        var book = Book()
        book.create("A")
        #expect(ExitStatus(book.report([]).findings) == .inconclusive)
        book.add(.noticeSent, "A", "06-20 10:00")
        let stale = book.report([row("A")])
        #expect(stale.codes == ["AR203"])
        #expect(ExitStatus(stale.findings) == .inconclusive)
    }

    @Test func `every code has its words, a name of its own and a place in the design's table`() {
        #expect(FindingCode.allCases.count == 35)
        #expect(Set(FindingCode.allCases.map(\.name)).count == 35)
        for code in FindingCode.allCases {
            let explanation = code.explanation
            for text in [explanation.name, explanation.definition, explanation.innocentCauses, explanation.remedy] {
                #expect(!text.isEmpty, "\(code)")
                #expect(!text.lowercased().contains("client error"), "\(code)")
            }
        }
        #expect(FindingCode.ar101.severity == .critical)
        #expect(FindingCode.ar108.severity == .critical)
        #expect(FindingCode.ar401.severity == .critical)
        #expect(FindingCode.ar403.severity == .critical)
        #expect(FindingCode.ar104.severity == .error)
        #expect(FindingCode.ar302.severity == .warning)
    }

    @Test func `a finding's JSON has its members in order`() throws {
        var book = Book()
        book.create("A")
        book.create("B", booked("06-16 10:00"))
        let finding = try #require(book.report([row("B", booked("06-16 10:00"))]).first(.ar101))
        #expect(
            finding.json.members?.map(\.name) == [
                "code", "name", "severity", "confidence", "source", "booking", "entries", "recorded", "snapshot",
                "sentence",
            ])
        #expect(finding.json["code"] == .string("AR101"))
        #expect(finding.json["name"] == .string("missing-without-delete"))
        #expect(finding.json["snapshot"]?["takenAt"] == .string("2026-06-10T02:00:00.000000Z"))
    }
}
