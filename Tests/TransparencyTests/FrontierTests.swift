import TestSupport
import Testing
import Transparency

@Suite("Frontier")
struct FrontierTests {
    private let naive = NaiveTree(count: 300, seed: 300)

    /// The frontier as the definition has it: the roots of the complete subtrees, the largest first.
    private func expected(size: Int) -> [Hash] {
        var start = 0
        return (0..<Int.bitWidth - 1).reversed().filter { size >> $0 & 1 == 1 }.map { level in
            defer { start += 1 << level }
            return naive.hash(of: start..<start + 1 << level)
        }
    }

    private func frontier(_ leaves: Range<Int>) -> Frontier {
        leaves.reduce(into: Frontier()) { $0.append(naive.leaves[$1], digest: Digest()) }
    }

    @Test func `every size has the root and the nodes of the definition`() {
        let digest = Digest()
        var frontier = Frontier()
        for size in 0...300 {
            #expect(frontier.size == size)
            #expect(frontier.nodes == expected(size: size), "size \(size)")
            #expect(frontier.root == naive.root(size: size), "size \(size)")
            #expect(frontier.root(digest: digest) == naive.root(size: size), "size \(size)")
            if size < 300 { frontier.append(naive.leaves[size], digest: digest) }
        }
    }

    @Test func `each inner node is told once, when its last leaf comes, the lowest first`() {
        let digest = Digest()
        var frontier = Frontier()
        var told: Set<NodePosition> = []
        for index in 0..<300 {
            var now: [NodePosition] = []
            frontier.append(naive.leaves[index], digest: digest) { position, hash in
                #expect(hash == naive.hash(of: position.leaves), "\(position)")
                now.append(position)
            }
            // A leaf completes one node for each one at the end of its index.
            let complete = (1..<Int.bitWidth).prefix { (index + 1) & ((1 << $0) - 1) == 0 }
            #expect(now == complete.map { NodePosition(level: $0, index: index >> $0) }, "leaf \(index)")
            told.formUnion(now)
        }
        #expect(told.count == (1..<9).reduce(0) { $0 + 300 >> $1 })
    }

    @Test func `a whole subtree is appended at once`() {
        let digest = Digest()
        for level in 0...6 {
            for start in stride(from: 0, through: 300 - (1 << level), by: 1 << level) {
                var one = frontier(0..<start)
                var told: [NodePosition] = []
                one.append(subtree: naive.hash(of: start..<start + 1 << level), level: level, digest: digest) {
                    #expect($1 == naive.hash(of: $0.leaves))
                    told.append($0)
                }
                #expect(one.size == start + 1 << level)
                #expect(one.nodes == expected(size: start + 1 << level), "level \(level) at \(start)")
                #expect(told.allSatisfy { $0.level > level && $0.leaves.upperBound == one.size })
                #expect(told.count == (start >> level ^ (start >> level + 1)).nonzeroBitCount - 1)
            }
        }
    }

    @Test func `frontiers are joined wherever the second one's subtrees fit`() {
        let digest = Digest()
        var joined = 0
        for left in 0...70 {
            for right in 0...70 where right == 0 || left & (powerOfTwo(upTo: right) - 1) == 0 {
                var frontier = frontier(0..<left)
                frontier.append(self.frontier(left..<left + right), digest: digest)
                #expect(frontier.size == left + right)
                #expect(frontier.nodes == expected(size: left + right), "\(right) after \(left)")
                joined += 1
            }
        }
        #expect(joined > 300)
    }

    @Test func `workers' parts make one tree`() {
        let digest = Digest()
        var whole = Frontier()
        for start in stride(from: 0, to: 300, by: 64) {
            whole.append(frontier(start..<min(start + 64, 300)), digest: digest)
        }
        #expect(whole == frontier(0..<300))
        #expect(whole.root == naive.root(size: 300))
    }

    @Test func `a kept frontier goes on where it stopped`() throws {
        for size in 0..<300 {
            let before = frontier(0..<size)
            var after = try #require(Frontier(size: before.size, nodes: before.nodes))
            #expect(after == before)
            after.append(naive.leaves[size], digest: Digest())
            #expect(after.root == naive.root(size: size + 1))
        }
    }

    @Test func `a kept frontier with another number of nodes is refused`() {
        let nodes = (0..<70).map { Hash.sha256([UInt8($0)]) }
        for size in [0, 1, 2, 3, 4, 7, 255, 256, 1 << 40, .max] {
            for count in 0...64 {
                let kept = Frontier(size: size, nodes: Array(nodes.prefix(count)))
                #expect((kept != nil) == (count == size.nonzeroBitCount), "\(count) nodes for \(size)")
            }
        }
        #expect(Frontier(size: -1, nodes: Array(nodes.prefix(64))) == nil)
        #expect(Frontier(size: .min, nodes: [nodes[0]]) == nil)
    }

    @Test func `a subtree in a place where none can be stops the program`() async {
        await #expect(processExitsWith: .failure) {
            var frontier = Frontier()
            frontier.append(.zero, digest: Digest())
            frontier.append(subtree: .zero, level: 1, digest: Digest())
        }
        await #expect(processExitsWith: .success) {
            var frontier = Frontier()
            frontier.append(.zero, digest: Digest())
            frontier.append(subtree: .zero, level: 0, digest: Digest())
        }
    }

    private func powerOfTwo(upTo count: Int) -> Int { 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount) }
}
