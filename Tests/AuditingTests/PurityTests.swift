import Foundation
import TestSupport
import Testing

@Suite("What the core may know")
struct PurityTests {
    private func sources(_ target: String) throws -> [(name: String, text: String)] {
        let folder = Fixtures.checkout.appending(components: "Sources", target)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
            .filter { $0.hasSuffix(".swift") }
        return try names.sorted().map { name in
            ("\(target)/\(name)", try String(contentsOf: folder.appending(component: name), encoding: .utf8))
        }
    }

    @Test(arguments: [
        ("Transparency", ["COpenSSL"]), ("Bookings", ["Transparency"]), ("Evidence", ["Bookings", "Transparency"]),
        ("Auditing", ["Bookings", "Evidence", "Transparency"]),
    ])
    func `a target imports what lies below it, and nothing else`(target: String, allowed: [String]) throws {
        let files = try sources(target)
        #expect(files.count > 5)
        var seen: Set<String> = []
        for file in files {
            for line in file.text.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), place < 3, !line.hasPrefix("//") else { continue }
                let module = try #require(words.last.map(String.init))
                #expect(allowed.contains(module), "\(file.name): \(line)")
                seen.insert(module)
            }
        }
        #expect(!seen.isEmpty)
    }

    @Test func `no clock, no file, no network, no environment`() throws {
        let forbidden = [
            "Date(", "clock_gettime", "gettimeofday", "ContinuousClock", "SuspendingClock", "DispatchTime", "fopen",
            "open(", "FileHandle", "FileManager",
            "URLSession", "getenv", "ProcessInfo", "CommandLine", "print(", "socket(", "Task.sleep",
            "SystemRandomNumberGenerator", ".random(in:",
        ]
        for target in ["Transparency", "Bookings", "Evidence", "Auditing"] {
            for file in try sources(target) {
                for word in forbidden {
                    let code = file.text.split(separator: "\n").filter { line in
                        !line.drop { $0 == " " }.hasPrefix("//") && isCalled(word, in: line)
                    }
                    #expect(code.isEmpty, "\(file.name) has \(word)")
                }
            }
        }
        #expect(isCalled("open(", in: "let file = open(path)"))
        #expect(!isCalled("open(", in: "reopen(x)"))
    }

    /// The word, not as the end of another.
    private func isCalled(_ word: String, in line: Substring) -> Bool {
        line.ranges(of: word).contains { range in
            guard word.first!.isLetter, range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !before.isLetter && !before.isNumber && before != "_" && before != "."
        }
    }

    @Test func `the module map names libcrypto's headers and no other's`() throws {
        for file in try sources("COpenSSL") {
            for line in file.text.split(separator: "\n") where line.contains("#include") {
                #expect(line.contains("<openssl/"), "\(file.name): \(line)")
            }
        }
    }
}
