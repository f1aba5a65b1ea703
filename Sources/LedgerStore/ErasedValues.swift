import Bookings

/// Values that were erased, to be looked for in other texts. Linear in the text, however many values there are.
struct ErasedValues {
    private var byStart: [[UInt8]: [[UInt8]]] = [:]
    private var lengths: Set<Int> = []

    /// The number of bytes by which values are told apart at first.
    private static let start = 6

    init(_ values: some Sequence<String>) {
        for value in values where !value.isEmpty {
            let bytes = Array(value.utf8)
            let start = Array(bytes.prefix(ErasedValues.start))
            byStart[start, default: []].append(bytes)
            lengths.insert(start.count)
        }
    }

    /// True where a value stands in the text on its own: not in the middle of a word or a number.
    func stand(in text: String) -> Bool {
        guard !byStart.isEmpty else { return false }
        let bytes = Array(text.utf8)
        for place in bytes.indices where place == 0 || !isJoined(bytes[place - 1], bytes[place]) {
            for length in lengths where place + length <= bytes.count {
                for value in byStart[Array(bytes[place..<place + length])] ?? [] {
                    let end = place + value.count
                    guard end <= bytes.count, bytes[place..<end].elementsEqual(value) else { continue }
                    if end == bytes.count || !isJoined(bytes[end - 1], bytes[end]) { return true }
                }
            }
        }
        return false
    }

    /// True where one stands in a string or a member's name of the value.
    func stand(in json: JSONValue) -> Bool {
        switch json {
        case .string(let text), .number(let text): stand(in: text)
        case .integer(let number): stand(in: String(number))
        case .array(let elements): elements.contains { stand(in: $0) }
        case .object(let members): members.contains { stand(in: $0.name) || stand(in: $0.value) }
        case .null, .boolean: false
        }
    }

    /// True for two letters or digits beside each other: a word goes on there.
    private func isJoined(_ one: UInt8, _ next: UInt8) -> Bool { isWord(one) && isWord(next) }

    private func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}
