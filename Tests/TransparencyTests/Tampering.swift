import Transparency

extension Hash {
    /// The hash with one bit turned over.
    func flipping(bit: Int) -> Hash {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << (bit % 8)
        return Hash(bytes: bytes)!
    }
}

/// Why a proof is refused; `nil` where it is accepted.
func refusal(_ verification: () throws(ProofError) -> Void) -> ProofError? {
    do {
        try verification()
        return nil
    } catch { return error }
}
