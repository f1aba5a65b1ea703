import ArgumentParser
package import Foundation
package import Transparency

/// Signed notes that lie in files.
package enum CheckpointFile {
    package static func read(_ path: String) throws -> SignedNote {
        guard let data = start(of: path, count: SignedNote.largest.bytes + 1) else {
            throw Terminal.fail("\(path): there is no such file, or it may not be read", 66)
        }
        guard data.count <= SignedNote.largest.bytes, let text = String(validating: data, as: UTF8.self),
            let note = try? SignedNote(text), (try? Checkpoint(text: note.text)) != nil
        else { throw Terminal.fail("\(path): this is not a signed checkpoint", 65) }
        return note
    }

    /// The first bytes of a file of any size, or of a pipe; `nil` where it cannot be read.
    package static func start(of path: String, count: Int) -> Data? {
        do { return try FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: count) ?? Data() } catch {
            return nil
        }
    }

    /// The checkpoint in a file, or all that lie in a folder, by name; verifier keys (`*.vkey`) that lie beside are passed
    /// over.
    package static func all(in path: String) throws -> [SignedNote] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [try read(path)]
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter {
            !$0.hasPrefix(".") && !$0.hasSuffix(".vkey")
        }
        guard !names.isEmpty else { throw Terminal.fail("\(path): no checkpoint lies in this folder", 66) }
        return try names.map { try read("\(path)/\($0)") }
    }
}

/// Verifier keys as an argument or in a file.
package enum VerifierKeyFile {
    package static func read(_ argument: String) throws -> VerifierKey {
        if let key = try? VerifierKey(argument) { return key }
        guard !argument.isEmpty, let data = CheckpointFile.start(of: argument, count: 4096) else {
            throw Terminal.fail("--trust \(argument): this is neither a verifier key nor a file", 64)
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let key = try? VerifierKey(text) else {
            throw Terminal.fail("\(argument): this is not a verifier key", 65)
        }
        return key
    }
}

/// A policy about witnesses in a file.
package enum PolicyFile {
    package static func read(_ path: String) throws -> WitnessPolicy {
        guard let data = CheckpointFile.start(of: path, count: WitnessPolicy.largest.bytes + 1) else {
            throw Terminal.fail("\(path): there is no such file, or it may not be read", 66)
        }
        do throws(WitnessPolicyError) { return try WitnessPolicy(bytes: Array(data)) } catch {
            throw Terminal.fail("\(path): \(error.description)", 65)
        }
    }

    /// What the policy says of a checkpoint's cosignatures.
    package static func quorum(
        _ path: String, keys: [VerifierKey]
    ) throws -> @Sendable (SignedNote) -> (holds: Bool, sentence: String) {
        let policy = try read(path)
        return { note in
            do throws(CheckpointError) {
                let witnessed = try policy.verify(note, keys: keys)
                let names = witnessed.cosignatures.map { cosignature in
                    policy.witnesses.first { $0.key == cosignature.witness }?.name ?? cosignature.witness.name
                }
                let by = names.isEmpty ? "no witness of your policy" : names.joined(separator: ", ")
                return (
                    witnessed.holdsQuorum,
                    "The checkpoint is cosigned by \(by); your policy asks for "
                        + (witnessed.holdsQuorum ? "no more." : "more.")
                )
            } catch {
                return (
                    false,
                    "Your policy does not accept the checkpoint: no log in it signed this, or a cosignature is bad."
                )
            }
        }
    }
}
