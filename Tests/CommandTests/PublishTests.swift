import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// `daybook publish`, as a person gives it and as others read what it made.
struct `A published ledger` {
    /// A ledger of so many entries.
    private func filled(_ size: Int) throws -> World {
        let world = try World()
        try world.initialize()
        try world.write(Events.created(1..<size), to: "events.ndjson")
        try #require(world.recording("events.ndjson").recorded == size - 1)
        return world
    }

    private func read(_ world: World, _ name: String, entries: Bool = true) throws -> PublishedLog.Contents {
        let log = PublishedLog { path in
            FileManager.default.contents(atPath: world.path("\(name)/\(path)")).map { Array($0) }
        }
        return try log.read(verifier: world.verifier(), entries: entries)
    }

    @Test func `is what its help says, in words and as JSON`() throws {
        let world = try filled(3)
        let words = try world.daybook("publish", "log")
        #expect(words.status == 0 && words.errors.isEmpty, "\(words.errors)")
        #expect(try words.output.contains(world.verifier().text))
        // verifier, checkpoint, and the partial tile of each checkpoint that was signed: of 1 entry, and of 3.
        #expect(words.output.hasPrefix("Published   the tree of 3 entries, in log\nFiles       4 written"))
        let json = try world.daybook("publish", "log/", "--json").json
        #expect(json["format"]?.string == "daybook-publication/v1" && json["written"]?.integer == 0)
        #expect(try json["size"]?.integer == 3 && json["verifier"]?.string == world.verifier().text)
        #expect(try read(world, "log", entries: false).checkpoint.root.base64 == json["root"]?.string)
        #expect(!FileManager.default.fileExists(atPath: world.path("log/tile/entries")))
        #expect(try world.daybook("publish", "all", "--entries").status == 0)
        // What is personal is sealed; what the help says can be read, can be.
        let entries = try read(world, "all").entries
        #expect(entries.count == 3)
        let text = entries.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(text.contains("A-1") && text.contains("2026-11-10T09:30:00+00:00") && !text.contains("Asha"))
        let help = try world.daybook("publish", "--help").output
        for word in ["logins", "times", "Ids", "sealed"] { #expect(help.contains(word)) }
    }

    @Test func `is refused with a sentence and a status`() throws {
        let world = try filled(3)
        try world.write("x", to: "file")
        let file = try world.daybook("publish", "file")
        #expect(file.status == 73 && file.errors == "daybook: file: it is a file, and no folder\n")
        #expect(try world.daybook("publish").status == 64)
        #expect(try world.daybook("publish", "no/where").status == 73)
        #expect(try world.daybook("publish", "log").status == 0)
        let other = try filled(3)
        #expect(try world.shell("mv log \(other.path("log"))").status == 0)
        let fork = try other.daybook("publish", "log")
        #expect(fork.status == 2 && fork.errors.contains("two histories under one name"), "\(fork.errors)")
        try FileManager.default.removeItem(atPath: world.path("daybook-keys/lock"))
        let unlocked = try world.daybook("publish", "new")
        #expect(unlocked.status == 2 && unlocked.errors.contains("--adopt-lock"))
        #expect(!FileManager.default.fileExists(atPath: world.path("new")))
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: python != nil, "there is no python3 to act as a web server"))
    func `is served by any web server`() throws {
        let world = try filled(300)
        #expect(try world.daybook("publish", "log", "--entries").status == 0)
        let server = try world.start(
            "exec \(Self.python!) -u -m http.server --bind 127.0.0.1 --directory log 0 > server.log 2>&1")
        defer { try? world.kill([server]) }
        var port: Int?
        for _ in 0..<600 where port == nil {
            let log = (try? String(contentsOfFile: world.path("server.log"), encoding: .utf8)) ?? ""
            port = log.firstMatch(of: /port (\d+)/).flatMap { Int($0.1) }
            if port == nil { usleep(50_000) }
        }
        let prefix = "http://127.0.0.1:\(try #require(port))"
        let log = PublishedLog { path in
            try Array(Data(contentsOf: #require(URL(string: "\(prefix)/\(path)"))))
        }
        let contents = try log.read(verifier: world.verifier(), entries: true)
        #expect(contents.checkpoint.size == 300 && contents.entries.count == 300)
        #expect(contents.paths.contains("tile/entries/001.p/44"))
    }

    @Test(.enabled(if: Go.isThere, "there is no Go with golang.org/x/mod")) func `is read by Go's sumdb`() throws {
        let world = try filled(300)
        #expect(try world.daybook("publish", "log", "--entries").status == 0)
        let older = try read(world, "log").checkpoint
        try world.write(Events.created(300..<700), to: "more.ndjson")
        #expect(try world.recording("more.ndjson").recorded == 400)
        #expect(try world.daybook("publish", "log", "--entries").status == 0)
        try world.write(Self.reader, to: "tiles.go")
        let outcome = try world.run(
            #require(Go.compiler),
            ["run", "tiles.go", try world.verifier().text, "log", "\(older.size)", older.root.base64],
            adding: [
                "GO111MODULE": "off", "GOPATH": Go.library, "GOCACHE": world.path("go-cache"), "GOFLAGS": "",
                "GOTOOLCHAIN": "local", "CGO_ENABLED": "0",
            ])
        #expect(outcome.status == 0 && outcome.output == "700 entries\n", "\(outcome.errors)")
    }

    /// Reads a folder through Go's TileHashReader, which trusts no tile that the checkpoint does not lead to.
    private static let reader = """
        package main

        import (
        \t"encoding/binary"
        \t"fmt"
        \t"os"
        \t"path/filepath"
        \t"strconv"
        \t"strings"

        \t"golang.org/x/mod/sumdb/note"
        \t"golang.org/x/mod/sumdb/tlog"
        )

        type folder string

        func (f folder) Height() int { return 8 }

        // Go's paths have the height in them, and call entries data.
        func (f folder) read(t tlog.Tile) ([]byte, error) {
        \tpath := strings.Replace(strings.Replace(t.Path(), "tile/8/", "tile/", 1), "/data/", "/entries/", 1)
        \treturn os.ReadFile(filepath.Join(string(f), path))
        }

        func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
        \tfor _, tile := range tiles {
        \t\tbytes, err := f.read(tile)
        \t\tif err != nil {
        \t\t\treturn nil, err
        \t\t}
        \t\tdata = append(data, bytes)
        \t}
        \treturn data, nil
        }

        func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

        func must[T any](value T, err error) T {
        \trequire(err)
        \treturn value
        }

        func require(err error) {
        \tif err != nil {
        \t\tfmt.Fprintln(os.Stderr, err)
        \t\tos.Exit(1)
        \t}
        }

        func main() {
        \tlog := folder(os.Args[2])
        \tverifier := must(note.NewVerifier(os.Args[1]))
        \topened := must(note.Open(must(os.ReadFile(filepath.Join(os.Args[2], "checkpoint"))), note.VerifierList(verifier)))
        \tlines := strings.Split(opened.Text, "\\n")
        \ttree := tlog.Tree{N: must(strconv.ParseInt(lines[1], 10, 64)), Hash: must(tlog.ParseHash(lines[2]))}
        \treader := tlog.TileHashReader(tree, log)
        \tif must(tlog.TreeHash(tree.N, reader)) != tree.Hash {
        \t\trequire(fmt.Errorf("another root"))
        \t}
        \told := must(strconv.ParseInt(os.Args[3], 10, 64))
        \trequire(tlog.CheckTree(must(tlog.ProveTree(tree.N, old, reader)), tree.N, tree.Hash, old, must(tlog.ParseHash(os.Args[4]))))
        \tcount := int64(0)
        \tfor count < tree.N {
        \t\twidth := tree.N - count
        \t\tif width > 256 {
        \t\t\twidth = 256
        \t\t}
        \t\tbundle := must(log.read(tlog.Tile{H: 8, L: -1, N: count / 256, W: int(width)}))
        \t\tfor i := int64(0); i < width; i++ {
        \t\t\tlength := binary.BigEndian.Uint16(bundle)
        \t\t\tproof := must(tlog.ProveRecord(tree.N, count, reader))
        \t\t\trequire(tlog.CheckRecord(proof, tree.N, tree.Hash, count, tlog.RecordHash(bundle[2:2+length])))
        \t\t\tbundle = bundle[2+length:]
        \t\t\tcount++
        \t\t}
        \t\tif len(bundle) > 0 {
        \t\t\trequire(fmt.Errorf("a bundle goes on after its last entry"))
        \t\t}
        \t}
        \tfmt.Println(count, "entries")
        }

        """
}

extension World {
    /// The ledger's key.
    func verifier() throws -> VerifierKey {
        let text = try String(contentsOfFile: path("daybook-keys/verifier"), encoding: .utf8)
        return try VerifierKey(text.trimmingCharacters(in: .newlines))
    }
}
