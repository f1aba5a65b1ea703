import Foundation
import TestSupport
import Testing
import Transparency

@Suite("A log of transparency-dev/tessera")
struct TesseraLogTests {
    private struct File: Decodable {
        let origin, vkey: String
        let entries_utf8: [String]
        let checkpoint_by_size: [String: String]
        let files_base64: [String: String]
    }

    private let file: File
    private let tree: NaiveTree
    private let key: VerifierKey

    init() throws {
        file = try Fixtures.vectors("tessera_testdata_log.json", as: File.self)
        tree = NaiveTree(entries: file.entries_utf8.map { Array($0.utf8) })
        key = try VerifierKey(file.vkey)
    }

    private func checkpoint(_ size: Int) throws -> Checkpoint {
        let note = try SignedNote(#require(file.checkpoint_by_size[String(size)]))
        return try Checkpoint(verifying: note, with: [key], origin: file.origin)
    }

    @Test func `every checkpoint is signed and has the root of the entries`() throws {
        #expect(file.checkpoint_by_size.count == 16)
        var frontier = Frontier()
        for size in 0...15 {
            let checkpoint = try checkpoint(size)
            #expect(checkpoint == Checkpoint(origin: file.origin, size: size, root: frontier.root))
            #expect(try MerkleTree(size: size, reader: LeafReader(tree, size: size)).root() == checkpoint.root)
            if size < 15 { frontier.append(Hash.leaf(Array(file.entries_utf8[size].utf8)), digest: Digest()) }
        }
    }

    @Test func `every checkpoint is printed as it was read`() throws {
        for (size, text) in file.checkpoint_by_size {
            let note = try SignedNote(text)
            #expect(note.description == text)
            #expect(try Checkpoint(text: note.text).text == note.text)
            #expect(note.signatures.map(\.keyID) == [key.keyID])
            #expect(String(try Checkpoint(text: note.text).size) == size)
        }
    }

    @Test func `each checkpoint is consistent with all that follow, and no other`() throws {
        for newer in 1...15 {
            let newest = try checkpoint(newer)
            for older in 1...newer {
                let held = try checkpoint(older)
                let proof = try MerkleTree(size: newer, reader: LeafReader(tree, size: newer)).consistencyProof(
                    from: older)
                try Proof.verifyConsistency(
                    from: held.size, root: held.root, to: newest.size, root: newest.root, proof: proof)
                let error = refusal { () throws(ProofError) in
                    try Proof.verifyConsistency(
                        from: held.size, root: newest.root, to: newest.size, root: held.root, proof: proof)
                }
                #expect((error == nil) == (older == newer))
            }
        }
    }

    @Test func `the tiles hold the leaf hashes`() throws {
        for width in 1...15 {
            let tile = try #require(Data(base64Encoded: file.files_base64["tile/0/000.p/\(width)"] ?? ""))
            #expect([UInt8](tile) == tree.leaves.prefix(width).flatMap(\.bytes))
        }
    }

    @Test func `no checkpoint passes under another size's signature`() throws {
        for size in 1...15 {
            let text = try SignedNote(#require(file.checkpoint_by_size[String(size)])).text
            let other = try SignedNote(#require(file.checkpoint_by_size[String(size - 1)]))
            let forged = SignedNote(text: text, signatures: other.signatures)
            #expect(throws: CheckpointError.note(.invalidSignature(name: key.name))) {
                try Checkpoint(verifying: forged, with: [key])
            }
        }
    }
}

@Suite("A mirror of FiloSottile/sunlight")
struct SunlightMirrorTests {
    private struct File: Decodable {
        struct Cosigned: Decodable {
            let vkey, checkpoint: String
            let tiles_base64: [String: String]?
        }
        let mirror, witness, witness2: Cosigned
    }

    private let file: File

    init() throws {
        file = try Fixtures.vectors("sunlight_mirror_300.json", as: File.self)
    }

    private func tile(_ name: String) throws -> [Hash] {
        let bytes = [UInt8](try #require(Data(base64Encoded: file.mirror.tiles_base64?[name] ?? "")))
        return try stride(from: 0, to: bytes.count, by: 32).map {
            try #require(Hash(bytes: Array(bytes[$0..<$0 + 32])))
        }
    }

    @Test func `the root is that of its 300 records and of its tiles`() throws {
        let checkpoint = try Checkpoint(text: SignedNote(file.mirror.checkpoint).text)
        #expect(checkpoint.size == 300)
        let records = (0..<300).map { Hash.leaf(Array("record \($0)".utf8)) }
        #expect(try tile("tile/0/000") + tile("tile/0/001.p/44") == records)
        let tree = NaiveTree(leaves: records)
        #expect(try MerkleTree(size: 300, reader: LeafReader(tree, size: 300)).root() == checkpoint.root)
        // The first 256 leaves come as one hash, the other 44 one by one.
        let digest = Digest()
        var frontier = Frontier()
        for hash in try tile("tile/1/000.p/1") { frontier.append(subtree: hash, level: 8, digest: digest) }
        for hash in try tile("tile/0/001.p/44") { frontier.append(hash, digest: digest) }
        #expect(frontier.root == checkpoint.root)
    }

    @Test func `the witnesses' cosignatures are theirs over the time and the text`() throws {
        for cosigned in [file.mirror, file.witness, file.witness2] {
            let key = try VerifierKey(cosigned.vkey)
            #expect(key.algorithm == .cosignature)
            #expect(key.text == cosigned.vkey)
            let note = try SignedNote(cosigned.checkpoint)
            #expect(note.description == cosigned.checkpoint)
            let signature = try #require(
                note.signatures.first { $0.name == key.name && $0.keyID == key.keyID }?.signature)
            #expect(signature.count == 72)
            let time = signature.prefix(8).reduce(0) { $0 << 8 | Int($1) }
            #expect(time == 1_767_139_200)
            let message = Array("cosignature/v1\ntime \(time)\n\(note.text)".utf8)
            #expect(key.isValid(signature: Array(signature.dropFirst(8)), of: message))
            #expect(!key.isValid(signature: Array(signature.dropFirst(8)), of: Array(note.text.utf8)))
        }
    }

    @Test func `a cosignature does not pass for a log's signature`() throws {
        let note = try SignedNote(file.mirror.checkpoint)
        let key = try VerifierKey(file.mirror.vkey)
        #expect(throws: NoteError.noKnownSignature) { try note.verify(with: [key]) }
        // Under the other type byte the same key has another id.
        let asLog = VerifierKey(name: key.name, publicKey: key.publicKey)
        #expect(asLog.keyID != key.keyID)
        #expect(throws: NoteError.noKnownSignature) { try note.verify(with: [asLog]) }
    }
}
