import Bookings

/// A way from an appointment to a text, as the configuration's `map` writes it.
///
/// - `start`, `meta.versionId`: members of members; of a list, its first element that leads on.
/// - `identifier[https://example.org/ids]`: the value of the identifier of that system.
/// - `practitioner.reference`, `practitioner.id`, `practitioner.display`, and the same of `location` and `patient`: the
///   first participant that is one. The reference is `Practitioner/17`, whatever server stands before it, and the
///   id is `17`; a participant known by an identifier alone has its value as both.
/// - `service`: what the first service type is called, else its code.
enum FHIRPath: Equatable {
    case members([String])
    case identifier(system: String)
    case participant(kinds: [String], Part)
    case service

    /// What is known of a participant.
    enum Part: String {
        case reference, id, display
    }

    private static let kinds = [
        "practitioner": ["Practitioner", "PractitionerRole"], "location": ["Location"], "patient": ["Patient"],
    ]

    /// Where each word is found when nobody maps it. R4 has no series, no zone, and of a client neither phone, e-mail
    /// nor birthday in an appointment.
    static let usual: [Word: [String]] = [
        .booking: ["id"], .start: ["start"], .end: ["end"], .status: ["status"],
        .practitioner: ["practitioner.reference"], .location: ["location.reference"], .service: ["service"],
        .clientID: ["patient.reference"], .clientName: ["patient.display"],
        .note: ["description", "comment", "patientInstruction"],
    ]

    init(_ text: String) {
        if text == "service" {
            self = .service
        } else if text.hasPrefix("identifier["), text.hasSuffix("]") {
            self = .identifier(system: String(text.dropFirst("identifier[".count).dropLast()))
        } else {
            let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if names.count == 2, let kinds = FHIRPath.kinds[names[0]], let part = Part(rawValue: names[1]) {
                self = .participant(kinds: kinds, part)
            } else {
                self = .members(names)
            }
        }
    }

    /// Where the way leads in an appointment; `nil` where it leads nowhere.
    func value(in appointment: JSONValue) -> JSONValue? {
        switch self {
        case .members(let names): FHIRPath.value(at: names[...], in: appointment)
        case .identifier(let system):
            appointment["identifier"]?.array?
                .first { $0["system"]?.string.map { Identifier($0) == Identifier(system) } ?? false }?["value"]
        case .participant(let kinds, let part): FHIRPath.participant(kinds, part, in: appointment)
        case .service:
            ["text", "coding.display", "coding.code"].lazy
                .compactMap { FHIRPath("serviceType.\($0)").value(in: appointment) }.first
        }
    }

    private static func value(at names: ArraySlice<String>, in value: JSONValue) -> JSONValue? {
        guard let name = names.first else { return value }
        if let elements = value.array { return elements.lazy.compactMap { self.value(at: names, in: $0) }.first }
        return value[name].flatMap { self.value(at: names.dropFirst(), in: $0) }
    }

    private static func participant(_ kinds: [String], _ part: Part, in appointment: JSONValue) -> JSONValue? {
        for participant in appointment["participant"]?.array ?? [] {
            guard let actor = participant["actor"] else { continue }
            let reference = FHIRReference(actor)
            guard let kind = reference.kind, kinds.contains(kind) else { continue }
            switch part {
            case .reference: return reference.text.map { .string($0) }
            case .id: return reference.id.map { .string($0) }
            case .display: return actor["display"]
            }
        }
        return nil
    }
}

/// Who or what is meant by a reference.
private struct FHIRReference {
    /// `Patient`, `Practitioner` …; `nil` where nothing says it.
    let kind: String?
    /// `Practitioner/17`.
    let text: String?
    /// `17`.
    let id: String?

    init(_ actor: JSONValue) {
        let written = actor["reference"]?.string
        var parts = (written ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        // Practitioner/17/_history/3 is Practitioner/17, as it once was.
        if parts.count > 3, parts[parts.count - 2] == "_history" { parts.removeLast(2) }
        if parts.count > 1 {
            kind = parts[parts.count - 2]
            id = parts.last
            text = parts.suffix(2).joined(separator: "/")
        } else {
            kind = actor["type"]?.string
            id = written ?? actor["identifier"]?["value"]?.string
            text = id
        }
    }
}
