/// One event as it came in: the original, and what could be made of it.
public struct IncomingEvent: Sendable {
    /// Where it came from, as `events.ndjson:12`, for the words of a refusal.
    public let place: String
    /// The bytes as they came.
    public let original: [UInt8]
    /// The event, or why there is none.
    public let content: Result<Event, UnreadableEvent>
    /// The event's JSON with the members of every object in byte order: the same for the same content.
    public let canonicalContent: [UInt8]

    /// The longest event that is read, in bytes.
    public static let longest = 1 << 20

    /// Reads one CloudEvents event in JSON; `rules` gives what is known of its source.
    public init(_ original: [UInt8], place: String, rules: (Identifier) -> SourceRules) {
        self.place = place
        self.original = original
        do throws(UnreadableEvent) {
            let json = try IncomingEvent.parse(original)
            let source = Identifier(json["source"]?.string ?? "")
            content = .success(try Event(cloudEvent: json, rules: rules(source)))
            canonicalContent = json.sorted.bytes
        } catch {
            content = .failure(error)
            canonicalContent = []
        }
    }

    private static func parse(_ original: [UInt8]) throws(UnreadableEvent) -> JSONValue {
        guard original.count <= longest else { throw UnreadableEvent("the event is longer than \(longest) bytes") }
        do throws(JSONError) { return try JSONValue(parsing: original) } catch {
            throw UnreadableEvent("this is not JSON: \(error.description)")
        }
    }
}
