import Foundation
import TestSupport
import Testing
import Transparency

/// The Go compiler with golang.org/x/mod, as Debian installs them (golang-go, golang-golang-x-mod-dev).
enum Go {
    static let library = "/usr/share/gocode"
    static let compiler: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/go" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    static let isThere =
        compiler != nil
        && FileManager.default.fileExists(atPath: "\(library)/src/golang.org/x/mod/sumdb/tlog/tlog.go")

    /// Opens notes and checks proofs with Go's own packages; prints what each was.
    static let source = """
        package main

        import (
        \t"encoding/json"
        \t"fmt"
        \t"os"

        \t"golang.org/x/mod/sumdb/note"
        \t"golang.org/x/mod/sumdb/tlog"
        )

        type proof struct {
        \tIndex, Size, Old int64
        \tRecord, Root, OldRoot []byte
        \tHashes [][]byte
        }

        type given struct {
        \tVerifier string
        \tNotes []string
        \tInclusion, Consistency []proof
        }

        func hash(bytes []byte) (hash tlog.Hash) {
        \tif copy(hash[:], bytes) != len(bytes) || len(bytes) != tlog.HashSize {
        \t\tpanic("not a hash")
        \t}
        \treturn hash
        }

        func hashes(list [][]byte) (hashes []tlog.Hash) {
        \tfor _, bytes := range list {
        \t\thashes = append(hashes, hash(bytes))
        \t}
        \treturn hashes
        }

        func said(err error) string {
        \tif err == nil {
        \t\treturn "ok"
        \t}
        \treturn err.Error()
        }

        func main() {
        \tvar g given
        \tif err := json.NewDecoder(os.Stdin).Decode(&g); err != nil {
        \t\tpanic(err)
        \t}
        \tverifier, err := note.NewVerifier(g.Verifier)
        \tif err != nil {
        \t\tpanic(err)
        \t}
        \tvar out struct{ Texts, Notes, Inclusion, Consistency []string }
        \tfor _, text := range g.Notes {
        \t\topened, err := note.Open([]byte(text), note.VerifierList(verifier))
        \t\tout.Notes = append(out.Notes, said(err))
        \t\tif err == nil {
        \t\t\tout.Texts = append(out.Texts, opened.Text)
        \t\t}
        \t}
        \tfor _, p := range g.Inclusion {
        \t\terr := tlog.CheckRecord(hashes(p.Hashes), p.Size, hash(p.Root), p.Index, tlog.RecordHash(p.Record))
        \t\tout.Inclusion = append(out.Inclusion, said(err))
        \t}
        \tfor _, p := range g.Consistency {
        \t\terr := tlog.CheckTree(hashes(p.Hashes), p.Size, hash(p.Root), p.Old, hash(p.OldRoot))
        \t\tout.Consistency = append(out.Consistency, said(err))
        \t}
        \tprinted, _ := json.Marshal(out)
        \tfmt.Println(string(printed))
        }
        """
}

@Suite(.enabled(if: Go.isThere, "there is no Go with golang.org/x/mod (Debian: golang-go golang-golang-x-mod-dev)"))
struct `Go's note and tlog` {
    private struct Proof: Codable {
        var Index = 0
        var Size = 0
        var Old = 0
        var Record = Data()
        var Root = Data()
        var OldRoot = Data()
        var Hashes: [Data] = []
    }
    private struct Given: Codable {
        var Verifier: String
        var Notes: [String] = []
        var Inclusion: [Proof] = []
        var Consistency: [Proof] = []
    }
    private struct Said: Decodable {
        let Texts, Notes, Inclusion, Consistency: [String]?
    }

    private let world: World
    private let origin = "demo.example/daybook"

    init() throws {
        world = try World()
    }

    private func ask(_ given: Given) throws -> Said {
        try world.write(Go.source, to: "interop.go")
        let outcome = try world.run(
            #require(Go.compiler), ["run", "interop.go"], input: JSONEncoder().encode(given),
            adding: [
                "GO111MODULE": "off", "GOPATH": Go.library, "GOCACHE": world.path("go-cache"), "GOFLAGS": "",
                "GOTOOLCHAIN": "local", "CGO_ENABLED": "0",
            ])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(Said.self, from: Data(outcome.output.utf8))
    }

    private func data(_ hash: Hash) -> Data { Data(hash.bytes) }

    @Test func `open the notes that the program signs, and none that was changed`() throws {
        try world.initialize()
        try world.write(Events.created(0..<5), to: "events.ndjson")
        #expect(try world.recording("events.ndjson") == (5, 0))
        let note = try world.daybook("checkpoint").output
        let key = try String(contentsOfFile: world.path("daybook-keys/verifier"), encoding: .utf8)
        let verifier = key.trimmingCharacters(in: .newlines)
        let text = try SignedNote(note).text
        #expect(text.hasPrefix("\(origin)\n6\n"))
        let changed = note.replacing("\n6\n", with: "\n7\n")
        let foreign = Checkpoint(origin: origin, size: 6, root: .emptyTree).signed(by: SigningKey()).description
        let said = try ask(Given(Verifier: verifier, Notes: [note, changed, foreign]))
        #expect(said.Texts == [text])
        #expect(said.Notes?.first == "ok")
        #expect(said.Notes?[1].hasPrefix("invalid signature for key \(origin)+") == true, "\(String(describing: said))")
        #expect(said.Notes?[2] == "note has no verifiable signatures")
    }

    @Test func `check our proofs, and none that was changed`() throws {
        let entries = (0..<70).map { index in Array("{\"index\":\(index)}".utf8) }
        let tree = NaiveTree(leaves: entries.map { Hash.leaf($0) })
        var given = Given(Verifier: SigningKey().verifierKey(name: origin).text)
        for size in [1, 2, 3, 7, 8, 9, 64, 65, 70] {
            var frontier = Frontier()
            for entry in entries.prefix(size) { frontier.append(Hash.leaf(entry), digest: Digest()) }
            let merkle = MerkleTree(size: size, reader: LeafReader(tree, size: size))
            for index in 0..<size {
                given.Inclusion.append(
                    Proof(
                        Index: index, Size: size, Record: Data(entries[index]), Root: data(frontier.root),
                        Hashes: try merkle.inclusionProof(of: index).map(data)))
            }
            for older in 1...size {
                given.Consistency.append(
                    Proof(
                        Size: size, Old: older, Root: data(frontier.root), OldRoot: data(tree.root(size: older)),
                        Hashes: try merkle.consistencyProof(from: older).map(data)))
            }
        }
        let good = (given.Inclusion.count, given.Consistency.count)
        #expect(good == (229, 229))
        // The same again, each with a bit of its proof or its root changed.
        given.Inclusion += given.Inclusion.map { changed($0) }
        given.Consistency += given.Consistency.map { changed($0) }
        let said = try ask(given)
        let inclusion = try #require(said.Inclusion), consistency = try #require(said.Consistency)
        #expect(inclusion.count == 458 && consistency.count == 458)
        #expect(inclusion.prefix(good.0).allSatisfy { $0 == "ok" })
        #expect(consistency.prefix(good.1).allSatisfy { $0 == "ok" })
        #expect(!inclusion.dropFirst(good.0).contains("ok"))
        #expect(!consistency.dropFirst(good.1).contains("ok"))
    }

    private func changed(_ proof: Proof) -> Proof {
        var proof = proof
        if proof.Hashes.isEmpty { proof.Root[7] ^= 4 } else { proof.Hashes[proof.Hashes.count / 2][7] ^= 4 }
        return proof
    }
}
