import ArgumentParser
import LedgerStore
import Schedules
import Transparency

/// Why a step of a night was not done, in a sentence, and the status that a command of its own would end with.
struct Refusal: Error {
    let sentence: String
    let status: Int32

    init(_ sentence: String, _ status: Int32) {
        self.sentence = sentence
        self.status = status
    }

    /// What an error means for the night. An error that nobody foresaw is told as it is, and is internal.
    init(_ error: any Error) {
        switch error {
        case let error as Refusal: self = error
        case let error as LedgerError: self.init(error.description, error.status)
        case let error as ScheduleError: self.init(error.description, error.status)
        case let error as ConfigurationError: self.init(error.description, error.failure?.status ?? 65)
        case let error as OutsideError: self.init(error.sentence, 69)
        case let error as ValidationError: self.init(error.message, 64)
        // Whoever threw it has said why.
        case let error as ExitCode: self.init("it ended with status \(error.rawValue)", error.rawValue)
        default: self.init("\(error)", 70)
        }
    }
}

extension Night.SourceNight.Outcome {
    /// A source that failed so.
    static func notRead(_ error: any Error) -> Self {
        let refusal = Refusal(error)
        return .notRead(reason: refusal.sentence, status: refusal.status)
    }
}
