import Bookings
import Foundation
import Schedules

/// The guess of a whole file.
func guess(
    _ text: String, given: ExportGuess.Given = ExportGuess.Given()
) throws(UnguessableExport) -> ExportGuess {
    try ExportGuess(Array(text.utf8), isWhole: true, given: given)
}

/// Why nothing is guessed of a file; `nil` where something is.
func refusalToGuess(_ bytes: [UInt8], given: ExportGuess.Given = ExportGuess.Given()) -> String? {
    do throws(UnguessableExport) {
        _ = try ExportGuess(bytes, isWhole: true, given: given)
        return nil
    } catch {
        return error.description
    }
}

extension ExportGuess {
    /// "booking=Ref start=Date+Time", in the order of our words.
    var map: String { columns.map { "\($0.word)=\($0.columns.joined(separator: "+"))" }.joined(separator: " ") }

    /// "Confirmed=booked", the most frequent word first; "?" where it is asked.
    var meanings: String { statuses.map { "\($0.word)=\($0.status?.rawValue ?? "?")" }.joined(separator: " ") }
}

/// Text as Windows writes it in the West; what has no place there is a trap in the test itself.
func windows1252(_ text: String) -> [UInt8] { Array(text.data(using: .windowsCP1252)!) }

func utf16(_ text: String, mark: Bool = true) -> [UInt8] {
    (mark ? [0xff, 0xfe] : []) + text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
}
