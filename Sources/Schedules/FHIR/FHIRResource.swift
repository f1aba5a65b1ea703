import Bookings

/// One resource as it lies in the bytes: what kind it is, and of a Bundle what stands beside its entries.
struct FHIRResource {
    private let parts: JSONParts
    /// Where it lies.
    let place: Range<Int>
    /// `Appointment`, `Bundle` …; `nil` where the resource does not say it.
    let type: String?
    private var members: [String: Range<Int>] = [:]

    /// The most bytes of one resource that is read as a whole, and so of one entry of a Bundle.
    static let longest = ByteWindow.longestRecord

    private static let headings = ["resourceType", "type", "total", "link", "entry"]

    /// The resource at a place; `nil` where no object is there, or one of which a heading stands twice.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, at place: Range<Int>) {
        parts = JSONParts(bytes: bytes)
        self.place = place
        guard let members = parts.headings(FHIRResource.headings, of: place) else { return nil }
        self.members = members
        type = members["resourceType"].flatMap { FHIRResource.value(in: bytes, at: $0)?.string }
    }

    var isBundle: Bool { type == "Bundle" }

    /// What kind of Bundle it is.
    var bundleType: String? { value("type")?.string }

    /// How many resources the server says that the search has, on all its pages; `nil` where it does not say it.
    var total: Int? { value("total")?.integer.flatMap { $0 < 0 ? nil : $0 } }

    /// True where a member of this name is there.
    func has(_ name: String) -> Bool { members[name] != nil }

    /// True where the Bundle's links are a list of objects.
    var hasLinks: Bool { value("link")?.array?.allSatisfy { $0.members != nil } ?? false }

    /// True where a link leads on, and does not say where.
    var hasLostNext: Bool {
        value("link")?.array?.contains { $0["relation"]?.string == "next" && $0["url"]?.string == nil } ?? false
    }

    /// The address behind a link of the Bundle, as `next` or `self`.
    func link(_ relation: String) -> String? {
        value("link")?.array?.first { $0["relation"]?.string == relation }?["url"]?.string
    }

    /// The values of one entry, as they lie in the bytes.
    struct Entry {
        var resource: Range<Int>?
        var search: Range<Int>?
        var request: Range<Int>?
    }

    /// Calls `body` with each entry's place and its parts, which are `nil` for an entry that is no object. False where
    /// the entries are no list.
    func entries<Failure: Error>(
        _ body: (Range<Int>, Entry?) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        guard let list = members["entry"] else { return true }
        return try parts.elements(of: list) { (place) throws(Failure) in
            let found = parts.headings(["resource", "search", "request"], of: place)
            try body(
                place,
                found.map { Entry(resource: $0["resource"], search: $0["search"], request: $0["request"]) })
        }
    }

    private func value(_ name: String) -> JSONValue? {
        members[name].flatMap { FHIRResource.value(in: parts.bytes, at: $0) }
    }

    /// A small value, read; `nil` where it is no JSON or long.
    static func value(in bytes: UnsafeBufferPointer<UInt8>, at place: Range<Int>) -> JSONValue? {
        guard place.count <= longest else { return nil }
        return try? JSONValue(parsing: Array(bytes[place]))
    }
}

extension JSONParts {
    /// The places of those members of an object that have one of these names; `nil` where it is no object, or has one
    /// of them twice.
    func headings(_ names: [String], of object: Range<Int>) -> [String: Range<Int>]? {
        var found: [String: Range<Int>] = [:]
        var isOnce = true
        let isObject = members(of: object) { name, value in
            guard let heading = names.first(where: { $0.utf8.elementsEqual(name) }) else { return }
            isOnce = found.updateValue(value, forKey: heading) == nil && isOnce
        }
        return isObject && isOnce ? found : nil
    }
}
