/// Which members stand in an entry, for the rules of what belongs where: the printer traps on a broken one, the reader
/// refuses.
struct EntryPlacement {
    let type: EntryType
    let index: Int
    let sequence: Int?
    let hasSource: Bool
    let hasEvent: Bool
    let hasBasis: Bool
    let hasBooking: Bool
    let hasSupersedes: Bool
    let hasAppointment: Bool
    let hasBody: Bool
    let isReasonCode: Bool

    /// What stands where the format does not put it, or is missing where it does; `nil` where all is in its place.
    var misplaced: String? {
        let isBooking = type.family == .booking
        if index < 0 { return "an index below zero" }
        if let sequence, sequence < 0 || sequence > JSONValue.largestInteger { return "a sequence out of range" }
        if hasSource == (type.family == .ledger) { return "a source missing or out of place" }
        if !hasSource, hasEvent || sequence != nil { return "an event of no source" }
        if hasBasis != isBooking { return "a basis missing or out of place" }
        if hasBooking != type.isAboutBooking { return "a booking missing or out of place" }
        if hasSupersedes, !isBooking { return "supersedes out of place" }
        if hasAppointment != (isBooking && type != .deleted) { return "an appointment missing or out of place" }
        if hasBody == isBooking { return "a body missing or out of place" }
        if !isReasonCode { return "a reason that is no code" }
        return nil
    }
}

extension EntryView {
    var placement: EntryPlacement {
        EntryPlacement(
            type: type, index: index, sequence: sequence, hasSource: source != nil, hasEvent: event != nil,
            hasBasis: basis != nil, hasBooking: booking != nil, hasSupersedes: supersedes != nil,
            hasAppointment: appointment != nil, hasBody: body != nil,
            isReasonCode: reason.map { !$0.isEscaped && Entry.isCode($0.bytes) } ?? true)
    }
}

extension Entry {
    /// What the printer must not print.
    var misplaced: String? {
        let placement = EntryPlacement(
            type: type, index: index, sequence: sequence, hasSource: source != nil, hasEvent: event != nil,
            hasBasis: basis != nil, hasBooking: booking != nil, hasSupersedes: supersedes != nil,
            hasAppointment: appointment != nil, hasBody: body != nil,
            isReasonCode: reason.map { Entry.isCode($0) } ?? true)
        if let misplaced = placement.misplaced { return misplaced }
        if [source, event, booking, supersedes].contains(where: { $0?.text.isEmpty == true }) { return "an empty id" }
        if actor?.id?.isEmpty == true { return "an actor with an empty id" }
        if let shape = type.body, let body, !BodyMember.fit(shape, body) { return "a body of another shape" }
        if !sealed.allSatisfy({ Entry.isFieldName($0.name) }) { return "the name of a sealed field" }
        let isInOrder = zip(sealed, sealed.dropFirst()).allSatisfy { before, after in
            before.name.utf8.lexicographicallyPrecedes(after.name.utf8)
        }
        return isInOrder ? nil : "sealed fields out of order"
    }
}
