public import Bookings
import Transparency

/// Why bytes are not an evidence file that this program reads.
public enum EvidenceFormError: Error, Equatable, Sendable {
    /// The file is longer than ``Evidence/longest``.
    case tooLong
    /// The bytes are not JSON in its one spelling; the reason has the offset.
    case notCanonical(JSONError)
    /// The bytes are JSON, and say that they are something else.
    case otherFormat(String?)
    /// A member is missing, out of place, unknown or not what it should be.
    case malformed(path: String, reason: String)
}

extension EvidenceFormError: CustomStringConvertible {
    /// What a person can read.
    public var description: String {
        /// Foreign text of a bounded length.
        func shortened(_ text: String) -> String { JSONValue.string(String(text.prefix(60))).text }
        return switch self {
        case .tooLong: "The file is longer than \(Evidence.longest >> 20) MiB; no evidence is."
        case .notCanonical(let error): "This is not JSON in its one spelling: \(error.description)."
        case .otherFormat(nil): "This is no evidence file: it has no \"format\"."
        case .otherFormat(let format?) where format.hasPrefix("daybook-evidence/"):
            "This evidence is of version \(shortened(format)); this program reads \(Evidence.format)."
        case .otherFormat(let format?): "This is no evidence file: its format is \(shortened(format))."
        case .malformed(let path, let reason): "\(path): \(reason)."
        }
    }
}

extension Evidence {
    /// Reads an evidence file, refusing whatever ``bytes`` would not have printed. Verifies nothing.
    public init(bytes: [UInt8]) throws(EvidenceFormError) {
        guard bytes.count <= Evidence.longest else { throw .tooLong }
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(canonical: bytes) } catch { throw .notCanonical(error) }
        guard let format = json["format"]?.string, format.utf8.elementsEqual(Evidence.format.utf8) else {
            throw .otherFormat(json["format"]?.string)
        }
        var members = try FormMembers(json, "the file")
        _ = try members.required("format")
        let origin = try members.required("origin").text()
        guard Entry.isValidOrigin(origin) else { throw members.failure("origin", "this is no ledger's name") }
        let verifier = try members.required("verifier").verifierKey()
        let source = try members.required("source").identifier()
        let booking = try members.required("booking").identifier()
        let siblings = try members.optional("siblings")?.list { form throws(EvidenceFormError) in
            try form.identifier()
        }
        let checkpoint = try members.required("checkpoint").note()
        let rotations = try members.optional("rotations")?.list { form throws(EvidenceFormError) in
            var members = try form.members()
            let checkpoint = try members.required("checkpoint").note()
            let proof = try members.required("proof").hashes()
            var inner = try members.required("entry").members()
            let entry = try inner.included()
            try inner.close()
            try members.close()
            return Rotation(checkpoint: checkpoint, proof: proof, entry: entry)
        }
        let entries = try members.optional("entries")?.list { form throws(EvidenceFormError) in
            try Evidence.shownEntry(form)
        }
        let state = try Evidence.commitment(members.required("state"))
        let snapshots = try members.optional("snapshots")?.list { form throws(EvidenceFormError) in
            try Evidence.commitment(form)
        }
        let consistency = try members.optional("consistency")?.list { form throws(EvidenceFormError) in
            var members = try form.members()
            let held = try members.required("held").note()
            let proof = try members.required("proof").hashes()
            try members.close()
            return Consistency(held: held, proof: proof)
        }
        let timestamps = try members.optional("timestamps")?.list { form throws(EvidenceFormError) in
            var members = try form.members()
            let checkpoint = try members.required("checkpoint").note()
            let proof = try members.required("proof").hashes()
            let token = try members.required("token").bytes()
            try members.close()
            return Timestamped(checkpoint: checkpoint, proof: proof, token: token)
        }
        try members.close()
        self.init(
            origin: origin, verifier: verifier, source: source, booking: booking, checkpoint: checkpoint,
            entries: entries ?? [], state: state)
        self.siblings = siblings ?? []
        self.rotations = rotations ?? []
        self.snapshots = snapshots ?? []
        self.consistency = consistency ?? []
        self.timestamps = timestamps ?? []
        try requireOrder()
    }

    private static func shownEntry(_ form: FormValue) throws(EvidenceFormError) -> ShownEntry {
        var members = try form.members()
        let included = try members.included()
        let disclosures = try members.optional("disclosures")?.list { form throws(EvidenceFormError) in
            try form.text()
        }
        let erased = try members.optional("erased")?.list { form throws(EvidenceFormError) in
            var members = try form.members()
            let field = try members.required("field").text()
            let by = try members.required("by").index()
            try members.close()
            return Erased(field: field, by: by)
        }
        try members.close()
        return ShownEntry(included, disclosures: disclosures ?? [], erased: erased ?? [])
    }

    private static func commitment(_ form: FormValue) throws(EvidenceFormError) -> Commitment {
        var members = try form.members()
        let included = try members.included()
        let leaves = try members.optional("leaves")?.list { form throws(EvidenceFormError) in
            var members = try form.members()
            let leaf = try members.required("leaf").text()
            let index = try members.required("index").index()
            let proof = try members.required("proof").hashes()
            try members.close()
            return Leaf(leaf: leaf, index: index, proof: proof)
        }
        try members.close()
        return Commitment(included, leaves: leaves ?? [])
    }

    /// Entries, leaves, readings and changes of key ascend without repeats; no field and no sibling stands twice.
    private func requireOrder() throws(EvidenceFormError) {
        func ascend(_ indexes: [Int], _ path: String) throws(EvidenceFormError) {
            for place in indexes.indices.dropFirst() where indexes[place] <= indexes[place - 1] {
                throw .malformed(path: "\(path)[\(place)]", reason: "indexes ascend, each once")
            }
        }
        try ascend(entries.map(\.included.index), "entries")
        try ascend(state.leaves.map(\.index), "state.leaves")
        try ascend(snapshots.map(\.included.index), "snapshots")
        for (place, snapshot) in snapshots.enumerated() {
            try ascend(snapshot.leaves.map(\.index), "snapshots[\(place)].leaves")
        }
        try ascend(rotations.map(\.entry.index), "rotations")
        for (place, entry) in entries.enumerated() {
            guard Set(entry.erased.map { Identifier($0.field) }).count == entry.erased.count else {
                throw .malformed(path: "entries[\(place)].erased", reason: "a field stands there twice")
            }
        }
        guard Set(siblings).count == siblings.count, !siblings.contains(booking) else {
            throw .malformed(path: "siblings", reason: "an id stands there twice, or is the booking's own")
        }
    }
}
