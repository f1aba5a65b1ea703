/// Why a file cannot be set up as it is: a sentence with what to do, and without a value of the file.
public struct UnguessableExport: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop.
    public let description: String

    init(_ sentence: String) {
        description = sentence
    }
}
