import Transparency

/// Notes as evidence carries them: with the signatures that its reader can check, and no others. A line that nobody
/// checks could be changed and nobody would know.
extension SignedNote {
    /// The note with the signatures that name one of these keys. The one that is given where it has none of them.
    func withSigners(_ keys: [VerifierKey]) -> SignedNote {
        keeping { signature in keys.contains { signature.names($0) } }
    }

    /// The note with the cosignatures of others and, of the signatures under the ledger's own name, those by these keys.
    func withoutSigners(called origin: String, but keys: [VerifierKey]) -> SignedNote {
        keeping { signature in
            !signature.name.utf8.elementsEqual(origin.utf8) || keys.contains { signature.names($0) }
        }
    }

    private func keeping(_ isKept: (Signature) -> Bool) -> SignedNote {
        let kept = signatures.filter(isKept)
        return kept.isEmpty ? self : SignedNote(text: text, signatures: kept)
    }
}

extension SignedNote.Signature {
    fileprivate func names(_ key: VerifierKey) -> Bool {
        keyID == key.keyID && name.utf8.elementsEqual(key.name.utf8)
    }
}
