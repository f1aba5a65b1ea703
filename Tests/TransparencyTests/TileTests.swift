import TestSupport
import Testing
import Transparency

struct `A tile` {
    @Test func `has the paths of the specification`() {
        #expect(Tile(.hashes(level: 0), index: 1_234_067).path == "tile/0/x001/x234/067")
        #expect(Tile(.hashes(level: 2), index: 0, width: 1).path == "tile/2/000.p/1")
        #expect(Tile(.hashes(level: 0), index: 273, width: 112).path == "tile/0/273.p/112")
        #expect(Tile(.entries, index: 1000, width: 255).path == "tile/entries/x001/000.p/255")
        #expect(Tile(.entries, index: 999).path == "tile/entries/999")
    }

    @Test func `is read back from its path`() {
        print("seed 12")
        var random = SplitMix64(seed: 12)
        for _ in 0..<2000 {
            let index = Int(random.next() >> UInt64.random(in: 1...63, using: &random))
            let width = Int.random(in: 1...256, using: &random)
            let level = Int.random(in: 0...63, using: &random)
            let tile = Tile(Bool.random(using: &random) ? .entries : .hashes(level: level), index: index, width: width)
            #expect(Tile(path: tile.path) == tile)
            let kind = tile.content == .entries ? "entries" : "\(level)"
            #expect(tile.path == PublishedLog.path(kind, index, width: width))
        }
    }

    @Test(arguments: [
        "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000",
        "tile/-1/000", "tile/+0/000", "tile/0/x000/000", "tile/0/001/002", "tile/0/x001/x002", "tile/0/x01/002",
        "tile/0/+01", "tile/0/-01", "tile/0/x-01/001", "tile/0/000.p", "tile/0/000.p/0", "tile/0/000.p/256",
        "tile/0/000.p/01", "tile/0/000.p/+1", "tile/0/000/1", "tile/0/000.p/1/1", "/tile/0/000", "tile//0/000",
        "tile/0/000/", "tile/Entries/000", "tile/data/000", "tile/8/0/000", "tile/0/000.P/1", "tile/0/٠٠١",
        "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/entries/000.p/1.gz", "checkpoint",
    ])
    func `is nothing else`(_ path: String) {
        #expect(Tile(path: path) == nil)
    }

    @Test func `is there by the size of the log`() {
        // The specification's own example.
        #expect(Tile.levels(size: 70_000) == 3)
        #expect((0..<3).map { Tile.fullCount(level: $0, size: 70_000) } == [273, 1, 0])
        #expect((0..<3).map { Tile.partialWidth(level: $0, size: 70_000) } == [112, 17, 1])
        #expect([0, 1, 255, 256, 257, 65_535, 65_536].map { Tile.levels(size: $0) } == [0, 1, 1, 2, 2, 2, 3])
        #expect(Tile.partialWidth(level: 0, size: 256) == 0 && Tile.partialWidth(level: 1, size: 256) == 1)
        #expect(Tile.levels(size: .max) == 8)
    }

    @Test func `ends where its last entry does, or nowhere in any log`() {
        #expect(Tile(.hashes(level: 0), index: 2, width: 7).end == 519)
        #expect(Tile(.entries, index: 2, width: 7).end == 519)
        #expect(Tile(.hashes(level: 1), index: 1, width: 2).end == (256 + 2) * 256)
        #expect(Tile(.hashes(level: 7), index: 0, width: 1).end == 1 << 56)
        #expect(Tile(.hashes(level: 7), index: 0).end == nil)
        #expect(Tile(.hashes(level: 8), index: 0, width: 1).end == nil)
        #expect(Tile(.hashes(level: 63), index: 0, width: 1).end == nil)
        #expect(Tile(.hashes(level: 0), index: .max).end == nil)
    }
}
