import Foundation
import Fuzzing
import TestSupport
import Testing

/// Every file of the corpus, seeds and what the fuzzer once broke something with, goes through what the fuzzer runs.
struct `The corpus` {
    static let folder = Fixtures.checkout.appending(components: "Tests", "Fuzzing", "corpus")

    private func files(_ target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: Self.folder.appending(path: target.rawValue), includingPropertiesForKeys: nil)
    }

    @Test(arguments: FuzzTarget.allCases)
    func `breaks nothing`(_ target: FuzzTarget) throws {
        let files = try files(target)
        #expect(files.count >= 5)
        for file in files {
            let broken = target.broken(by: Array(try Data(contentsOf: file)))
            #expect(broken == nil, "\(file.lastPathComponent)")
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `cut off anywhere, or with a byte changed, breaks nothing`(_ target: FuzzTarget) throws {
        var random = SplitMix64(seed: 3)
        for file in try files(target) {
            let bytes = Array(try Data(contentsOf: file).prefix(4096))
            guard !bytes.isEmpty else { continue }
            for _ in 0..<12 {
                var damaged = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
                if !damaged.isEmpty, Bool.random(using: &random) {
                    damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                let broken = target.broken(by: damaged)
                #expect(broken == nil, "\(file.lastPathComponent), damaged: \(Data(damaged).base64EncodedString())")
            }
        }
    }

    @Test func `is small enough to be committed`() throws {
        let sizes = try FuzzTarget.allCases.flatMap { try files($0) }.map {
            try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        }
        #expect(sizes.reduce(0, +) < 300_000)
    }
}
