import Bookings
import Transparency

/// The members of an object in the order in which they must stand, with the path for the words of a refusal.
struct FormMembers {
    private var rest: ArraySlice<JSONValue.Member>
    private let path: String

    init(_ json: JSONValue, _ path: String) throws(EvidenceFormError) {
        guard let members = json.members else { throw .malformed(path: path, reason: "this must be an object") }
        rest = members[...]
        self.path = path
    }

    private func inner(_ name: String) -> String { path == "the file" ? name : "\(path).\(name)" }

    func failure(_ name: String, _ reason: String) -> EvidenceFormError {
        .malformed(path: inner(name), reason: reason)
    }

    /// The member if it comes next.
    mutating func optional(_ name: String) -> FormValue? {
        guard let next = rest.first, next.name.utf8.elementsEqual(name.utf8) else { return nil }
        rest.removeFirst()
        return FormValue(json: next.value, path: inner(name))
    }

    mutating func required(_ name: String) throws(EvidenceFormError) -> FormValue {
        guard let value = optional(name) else { throw failure(name, "this member should stand here") }
        return value
    }

    func close() throws(EvidenceFormError) {
        guard let next = rest.first else { return }
        let name = JSONValue.string(String(next.name.prefix(60))).text
        throw .malformed(path: path, reason: "the member \(name) is unknown, or out of order")
    }

    /// `index`, `bytes` and `proof`.
    mutating func included() throws(EvidenceFormError) -> Evidence.Included {
        let index = try required("index").index()
        let bytes = try required("bytes").bytes()
        let proof = try required("proof").hashes()
        guard bytes.count <= Entry.longest else {
            throw failure("bytes", "no entry is longer than \(Entry.longest) bytes")
        }
        return Evidence.Included(index: index, bytes: bytes, proof: proof)
    }
}

/// The value of a member, with its path.
struct FormValue {
    let json: JSONValue
    let path: String

    private func failure(_ reason: String) -> EvidenceFormError { .malformed(path: path, reason: reason) }

    func members() throws(EvidenceFormError) -> FormMembers { try FormMembers(json, path) }

    func text() throws(EvidenceFormError) -> String {
        guard let text = json.string, !text.isEmpty else { throw failure("this must be a text that is not empty") }
        return text
    }

    func identifier() throws(EvidenceFormError) -> Identifier {
        let identifier = try Identifier(text())
        guard identifier.isRecordable else { throw failure("no id is longer than \(Identifier.longest) bytes") }
        return identifier
    }

    func index() throws(EvidenceFormError) -> Int {
        guard let index = json.integer, index >= 0 else { throw failure("this must be a whole number from 0") }
        return index
    }

    func bytes() throws(EvidenceFormError) -> [UInt8] {
        guard let bytes = try Base64.standard.decode(text().utf8) else {
            throw failure("this must be base64 in its one spelling")
        }
        return bytes
    }

    func note() throws(EvidenceFormError) -> SignedNote {
        let text = try text()
        guard let note = try? SignedNote(text), note.description.utf8.elementsEqual(text.utf8) else {
            throw failure("this must be a signed note in its one spelling")
        }
        return note
    }

    func verifierKey() throws(EvidenceFormError) -> VerifierKey {
        let text = try text()
        guard let key = try? VerifierKey(text), key.algorithm == .ed25519, key.text.utf8.elementsEqual(text.utf8)
        else { throw failure("this must be a verifier key: NAME+ID+KEY") }
        return key
    }

    /// A list that is not empty: an empty one would have been left out.
    func list<Element>(
        _ element: (FormValue) throws(EvidenceFormError) -> Element
    ) throws(EvidenceFormError) -> [Element] {
        guard let values = json.array, !values.isEmpty else { throw failure("this must be a list that is not empty") }
        return try elements(values, element)
    }

    /// A proof: the one list that always stands, and may be empty.
    func hashes() throws(EvidenceFormError) -> [Hash] {
        guard let values = json.array, values.count <= 128 else { throw failure("this must be a list of hashes") }
        return try elements(values) { value throws(EvidenceFormError) in
            guard let hash = value.json.string.flatMap({ Hash(base64: $0) }) else {
                throw value.failure("this must be a hash in base64")
            }
            return hash
        }
    }

    private func elements<Element>(
        _ values: [JSONValue], _ element: (FormValue) throws(EvidenceFormError) -> Element
    ) throws(EvidenceFormError) -> [Element] {
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for (place, value) in values.enumerated() {
            elements.append(try element(FormValue(json: value, path: "\(path)[\(place)]")))
        }
        return elements
    }
}
