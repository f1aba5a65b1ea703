import Foundation
import TestSupport
import Testing

struct `The README` {
    /// The lines of its console session: commands, each with the lines that it shows.
    private func session() throws -> [(command: String, shown: [String])] {
        let readme = try String(contentsOf: Fixtures.checkout.appending(path: "README.md"), encoding: .utf8)
        let block = try #require(readme.components(separatedBy: "```console\n").dropFirst().first)
        var steps: [(command: String, shown: [String])] = []
        for line in block.components(separatedBy: "```")[0].split(separator: "\n") {
            if line.hasPrefix("$ ") {
                steps.append((String(line.dropFirst(2)), []))
            } else {
                steps[steps.count - 1].shown.append(String(line))
            }
        }
        return steps
    }

    @Test func `shows a session that does what it shows`() throws {
        let world = try World()
        let steps = try session()
        #expect(steps.count >= 6)
        for (command, shown) in steps {
            let outcome = try world.shell(command)
            var rest = outcome.output[...]
            for line in shown {
                // What follows an ellipsis differs each time; the order of the lines does not.
                let fixed = line.components(separatedBy: "…")[0]
                let found = rest.range(of: fixed)
                #expect(found != nil, "\(command)\nshould show \(line)\nbut shows \(outcome.output)\(outcome.errors)")
                if let found { rest = rest[found.upperBound...] }
            }
        }
    }
}
