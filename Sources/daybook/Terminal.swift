import ArgumentParser
import Auditing
import Console
import Foundation
import LedgerStore
import Schedules

extension Terminal {
    static func severity(_ severity: Severity) -> String {
        let word = severity.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        guard isColoured else { return word }
        let colour =
            switch severity {
            case .critical, .error: "31"
            case .warning: "33"
            case .info: "36"
            }
        return self.colour(colour) + word + self.colour("0")
    }
}

extension ParsableCommand {
    /// Runs a command's body, and gives every error that a person can do something about one line and its status.
    func reporting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as LedgerError {
            throw Terminal.fail(error.description, error.status)
        } catch let error as ScheduleError {
            throw Terminal.fail(error.description, error.status)
        } catch let error as ConfigurationError {
            throw Terminal.fail(error.description, error.failure?.status ?? 65)
        } catch let error as ValidationError {
            // Thrown on, it would be told with the usage of daybook as a whole.
            let name = Self.path(from: Daybook.self).joined(separator: " ")
            Terminal.tell(
                "Error: \(error.message)\nUsage: \(Daybook.usageString(for: Self.self))\n"
                    + "  See '\(name) --help' for more information.")
            throw ExitCode.validationFailure
        }
    }

    /// The words by which this command is called, from a command above it on; none where it is not below that.
    private static func path(from command: any ParsableCommand.Type) -> [String] {
        if command == Self.self { return [command._commandName] }
        for child in command.configuration.subcommands {
            let path = path(from: child)
            if !path.isEmpty { return [command._commandName] + path }
        }
        return []
    }
}

extension LedgerError {
    /// The exit status (sysexits.h, and 2 for a ledger that must not be written).
    var status: Int32 {
        switch self {
        case .notFound, .gone: 66
        case .alreadyExists, .notPublishable: 73
        case .notALedger: 65
        case .invalidOrigin: 64
        case .keys: 66
        case .rolledBack: 2
        case .busy: 75
        case .notPermitted: 77
        case .storage: 74
        }
    }
}

extension ScheduleError {
    /// The exit status (sysexits.h).
    var status: Int32 {
        switch self {
        case .noInput: 66
        case .notPermitted: 77
        case .unreadable: 74
        case .badFile: 65
        case .unavailable: 69
        }
    }
}
