import Transparency

extension FuzzTarget {
    /// A note, a checkpoint, a verifier key that is read prints what it was read from.
    func note(_ bytes: [UInt8]) throws(Broken) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        if let key = try? VerifierKey(text) {
            try require(key.text.utf8.elementsEqual(bytes), "a verifier key prints another text than it was read from")
        }
        try checkpoint(text)
        guard let note = try? SignedNote(text) else { return }
        try checkpoint(note.text)
        let printed = Array(note.description.utf8)
        let signatures = bytes.split(separator: 0x0a).filter { $0.starts(with: "— ".utf8) }
        // Exact repeats of a signature line are read once, and so not printed again.
        let hasRepeats = Set(signatures).count < signatures.count
        try require(printed == bytes || hasRepeats, "a note prints another text than it was read from")
        let again = try? SignedNote(String(decoding: printed, as: UTF8.self))
        try require(again.map { Array($0.description.utf8) } == printed, "a note that is printed is read as another")
        for signature in note.signatures {
            try require(VerifierKey.isValidName(signature.name), "a signature by a name that no key can have")
            // No key in the world signed this: it is not believed, and refusing it does no harm.
            let key = VerifierKey(name: signature.name, publicKey: Array(repeating: 0x2a, count: 32))
            try require((try? note.verify(with: [key])) == nil, "a signature is believed")
        }
    }

    private func checkpoint(_ text: String) throws(Broken) {
        guard let checkpoint = try? Checkpoint(text: text) else { return }
        try require(
            Array(text.utf8).starts(with: checkpoint.text.utf8),
            "a checkpoint prints another text than it was read from")
        let again = try? Checkpoint(text: checkpoint.text)
        try require(
            again?.size == checkpoint.size && again?.root == checkpoint.root
                && again?.origin.utf8.elementsEqual(checkpoint.origin.utf8) == true,
            "a checkpoint that is printed is read as another")
    }
}
