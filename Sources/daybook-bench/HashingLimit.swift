import ArgumentParser
import COpenSSL
import Dispatch
import Foundation
import Synchronization

/// The limit of a verifier: one RFC 6962 leaf hash and one node hash for each entry, straight on libcrypto, with all
/// entries in memory already.
///
/// It runs in a process of its own, so that its memory is not counted as that of the commands that are measured.
struct HashingLimit: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hashing", shouldDisplay: false)

    @Option var leaf: Int
    @Option var count: Int
    @Option var runs: Int

    struct Times: Codable {
        var oneCore: [Double] = []
        var allCores: [Double] = []
    }

    func run() throws {
        guard leaf > 0, count > 0, runs > 0 else { throw ValidationError("positive numbers are needed") }
        let leaves = LeafBytes(leaf: leaf, count: count)
        var times = Times()
        var roots: Set<[UInt8]> = []
        for _ in 0..<runs {
            times.oneCore.append(seconds { roots.insert(leaves.root(workers: 1)) })
            times.allCores.append(
                seconds { roots.insert(leaves.root(workers: ProcessInfo.processInfo.activeProcessorCount)) })
        }
        guard roots.count == 1 else { throw BenchError("the hashing limit gave different roots") }
        try WorkerAnswer.print(times)
    }
}

/// Leaves of one length, filled with what does not matter.
private struct LeafBytes {
    private let bytes: [UInt8]
    private let leaf: Int
    private let count: Int

    /// The leaves that a worker takes at a time are those of a complete subtree.
    private static let unit = 1 << 14

    init(leaf: Int, count: Int) {
        self.leaf = leaf
        self.count = count
        let words = (leaf * count + 7) / 8
        bytes = [UInt8](unsafeUninitializedCapacity: words * 8) { buffer, filled in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            var word: UInt64 = 88_172_645_463_325_252
            for place in 0..<words {
                word ^= word << 13
                word ^= word >> 7
                word ^= word << 17
                raw.storeBytes(of: word, toByteOffset: place * 8, as: UInt64.self)
            }
            filled = words * 8
        }
    }

    /// The root of the tree over all leaves.
    func root(workers: Int) -> [UInt8] {
        let units = (count + LeafBytes.unit - 1) / LeafBytes.unit
        let next = Atomic<Int>(0)
        let roots = Mutex([[UInt8]](repeating: [], count: units))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var tree = GrowingTree()
            while true {
                let unit = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard unit < units else { return }
                let root = bytes.withUnsafeBytes { bytes in
                    let range = unit * LeafBytes.unit..<min(count, (unit + 1) * LeafBytes.unit)
                    for place in range { tree.append(leaf: bytes.baseAddress! + place * leaf, count: leaf) }
                    return tree.takeRoot()
                }
                roots.withLock { $0[unit] = root }
            }
        }
        // Every unit but the last is a complete subtree, so that their roots join as those of leaves do.
        var tree = GrowingTree()
        for root in roots.withLock({ $0 }) { root.withUnsafeBytes { tree.append(subtree: $0.baseAddress!) } }
        return tree.takeRoot()
    }
}

/// The right edge of a tree, in the way that costs least: one fetched algorithm, one context, no allocation.
private struct GrowingTree: ~Copyable {
    private let algorithm: OpaquePointer
    private let context: OpaquePointer
    /// The hash of each complete subtree, one after another, with its height.
    private let hashes = UnsafeMutableRawPointer.allocate(byteCount: 64 * 32, alignment: 8)
    private let heights = UnsafeMutablePointer<Int>.allocate(capacity: 64)
    private let node = UnsafeMutableRawPointer.allocate(byteCount: 65, alignment: 8)
    private var depth = 0

    init() {
        algorithm = EVP_MD_fetch(nil, "SHA256", nil)
        context = EVP_MD_CTX_new()
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
        hashes.deallocate()
        heights.deallocate()
        node.deallocate()
    }

    mutating func append(leaf: UnsafeRawPointer, count: Int) {
        var zero: UInt8 = 0
        EVP_DigestInit_ex2(context, algorithm, nil)
        EVP_DigestUpdate(context, &zero, 1)
        EVP_DigestUpdate(context, leaf, count)
        EVP_DigestFinal_ex(context, hash(depth), nil)
        settle()
    }

    mutating func append(subtree: UnsafeRawPointer) {
        (hashes + depth * 32).copyMemory(from: subtree, byteCount: 32)
        settle()
    }

    /// The root; the tree is empty afterwards.
    mutating func takeRoot() -> [UInt8] {
        while depth > 1 {
            join()
            depth -= 1
        }
        depth = 0
        return Array(UnsafeRawBufferPointer(start: hashes, count: 32))
    }

    private func hash(_ place: Int) -> UnsafeMutablePointer<UInt8> {
        (hashes + place * 32).assumingMemoryBound(to: UInt8.self)
    }

    private mutating func settle() {
        heights[depth] = 0
        depth += 1
        while depth > 1, heights[depth - 1] == heights[depth - 2] {
            join()
            depth -= 1
            heights[depth - 1] += 1
        }
    }

    /// The last two hashes become their node's, in the place of the first.
    private func join() {
        node.storeBytes(of: 1, as: UInt8.self)
        (node + 1).copyMemory(from: hashes + (depth - 2) * 32, byteCount: 64)
        EVP_DigestInit_ex2(context, algorithm, nil)
        EVP_DigestUpdate(context, node, 65)
        EVP_DigestFinal_ex(context, hash(depth - 2), nil)
    }
}
