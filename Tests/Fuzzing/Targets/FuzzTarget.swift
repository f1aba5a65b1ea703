/// A reader that is given bytes from outside, with what must hold of it whatever the bytes are.
///
/// The raw value names its folder of the corpus. libFuzzer looks for bytes that break it; the tests give it each file of
/// the corpus.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// `Entry(bytes:)` and JSON.
    case entry
    /// Signed notes, checkpoints, verifier keys.
    case note
    /// A schedule in comma-separated values.
    case csv
    /// A schedule in JSON, one row a line.
    case ndjson
    /// A schedule in FHIR R4.
    case fhir
    /// A schedule in iCalendar.
    case ical
    /// An event in CloudEvents JSON, to its entry and back.
    case event
    /// A coverage file.
    case coverage
    /// A configuration in YAML.
    case configuration
    /// A calendar server's answer.
    case caldav

    /// What does not hold for these bytes, in words; `nil` where all does. A reader that traps or hangs is found by
    /// whoever called this.
    public func broken(by bytes: [UInt8]) -> String? {
        do throws(Broken) {
            switch self {
            case .entry: try entry(bytes)
            case .note: try note(bytes)
            case .csv: try schedule(bytes, name: "schedule.csv")
            case .ndjson: try schedule(bytes, name: "schedule.ndjson")
            case .fhir: try fhir(bytes)
            case .ical: try calendar(bytes)
            case .event: try event(bytes)
            case .coverage: try coverage(bytes)
            case .configuration: try configuration(bytes)
            case .caldav: try multistatus(bytes)
            }
            return nil
        } catch {
            return error.what
        }
    }
}

/// Something that must hold, and does not.
struct Broken: Error {
    let what: String
}

/// Requires something that must hold for any bytes.
func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(Broken) {
    if !holds { throw Broken(what: what()) }
}
