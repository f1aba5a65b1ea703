public import Transparency

/// What the parser answers where it does not answer with an entry.
public enum EntryError: Error, Equatable, Sendable {
    /// Well formed, but of another version, type or body: an entry of a later program, perhaps.
    case notUnderstood(String)
    /// Not what the printer would have produced.
    case refused(JSONError)
}

extension Entry {
    /// The start of every entry at this place in this ledger, up to the end of `previous`.
    ///
    /// By it a chain is checked without parsing JSON, in any order; ``EntryPrefix`` does so without building it.
    public static func prefix(origin: String, index: Int, previous: Hash) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(origin.utf8.count + 110)
        out.append(contentsOf: "{\"daybook\":1,\"origin\":\"".utf8)
        out.append(contentsOf: origin.utf8)
        out.append(contentsOf: "\",\"index\":".utf8)
        out.append(contentsOf: String(index).utf8)
        out.append(contentsOf: ",\"previous\":\"".utf8)
        previous.withUnsafeBytes { Base64.standard.append($0, to: &out) }
        out.append(UInt8(ascii: "\""))
        return out
    }

    /// The entry's bytes: what is stored, hashed and exported. The inverse of ``init(bytes:)``.
    ///
    /// Requires members that stand where the format puts them and a valid origin; anything else traps, since a ledger
    /// that records what it cannot read is worse than one that stops.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(768)
        var members = MemberPrinter(out)
        members.add("daybook", 1)
        members.add("origin", origin)
        members.add("index", index)
        members.add("previous") { out in
            out.append(UInt8(ascii: "\""))
            previous.withUnsafeBytes { Base64.standard.append($0, to: &out) }
            out.append(UInt8(ascii: "\""))
        }
        members.add("recorded", recorded)
        members.add("type", type.rawValue)
        members.add("source", source?.text)
        members.add("event", event?.text)
        members.add("sequence", sequence)
        members.add("occurred", occurred)
        members.add("basis", basis?.rawValue)
        if let actor {
            members.add("actor") { out in
                var inner = MemberPrinter(out)
                inner.add("kind", actor.kind.rawValue)
                inner.add("id", actor.id)
                out = inner.close()
            }
        }
        members.add("reason", reason)
        members.add("booking", booking?.text)
        members.add("supersedes", supersedes?.text)
        if let appointment { members.add("appointment") { appointment.append(to: &$0) } }
        if !sealed.isEmpty { members.add("sealed") { Entry.append(sealed: sealed, to: &$0) } }
        if let body { members.add("body") { body.append(to: &$0) } }
        out = members.close()
        precondition(misplaced == nil, "\(misplaced ?? "") in an entry of type \(type.rawValue)")
        return out
    }

    private static func append(sealed: [SealedField], to out: inout [UInt8]) {
        for (position, field) in sealed.enumerated() {
            out.append(UInt8(ascii: position == 0 ? "{" : ","))
            JSONValue.append(string: field.name, to: &out)
            out.append(contentsOf: ":\"".utf8)
            field.digest.withUnsafeBytes { Base64.url.append($0, to: &out) }
            out.append(UInt8(ascii: "\""))
        }
        out.append(UInt8(ascii: "}"))
    }
}
