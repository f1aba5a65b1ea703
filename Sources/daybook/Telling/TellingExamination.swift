import Foundation
import Schedules

/// What of a configuration's reports and alerts would not work, looked at before the night on which it is needed.
struct TellingExamination {
    let configuration: Configuration

    /// What was looked at: whether it would work, and what to do where not.
    struct Result {
        let isUsable: Bool
        let about: String
        let sentence: String
    }

    var results: [Result] {
        configuration.alerts.map(examine) + files + metrics
    }

    /// Why silence would say nothing; `nil` where somebody is told of every night, or a check hears of it.
    var silence: String? {
        if configuration.alerts.isEmpty, configuration.ping == nil {
            return "nobody is told of a night: name somebody under alerts: in the configuration"
        }
        guard configuration.ping == nil, !configuration.alerts.contains(where: { $0.when == .always }) else {
            return nil
        }
        return "nobody hears of a night on which all is well, so nobody notices one that did not run: give one alert "
            + "\"when: always\", or name a ping"
    }

    private func examine(_ alert: Configuration.Alert) -> Result {
        let trouble: String?
        switch alert.way {
        case .email(_, _, .sendmail(let program)):
            trouble = missing(program).map { _ in MailDelivery.lack(of: program) }
        case .email(_, _, .smtp(_, let userFile, let curl)):
            trouble = missing(curl) ?? secret(userFile, SecretFile.nameAndPassword)
        case .webhook(_, let secretFile): trouble = secret(secretFile, SecretFile.token)
        case .command(let words): trouble = missing(words[0])
        }
        let told = alert.isPersonal ? ", and names clients" : ""
        let when =
            switch alert.when {
            case .always: "is told of every night\(told)"
            case .findings: "is told while something needs a person\(told)"
            case .new: "is told of what is new\(told)"
            }
        return Result(isUsable: trouble == nil, about: "alert", sentence: "\(alert.name): \(trouble ?? when)")
    }

    private func missing(_ program: String) -> String? {
        FileManager.default.isExecutableFile(atPath: program)
            ? nil : "\(program) is not there, or may not be run; install it, or give its path"
    }

    private func secret(_ path: String?, _ read: (String) throws(OutsideError) -> String) -> String? {
        guard let path else { return nil }
        do throws(OutsideError) {
            _ = try read(path)
            return nil
        } catch { return error.sentence }
    }

    private var files: [Result] {
        let reports = configuration.reports
        return [reports.html, reports.json, reports.csv].compactMap(\.self).map { path in
            let folder = TellingExamination.folder(of: path)
            let trouble = TellingExamination.isWritable(folder) ? nil : "\(folder) cannot be written to"
            return Result(
                isUsable: trouble == nil, about: "report",
                sentence: "\(path): \(trouble ?? "is written after each night")")
        }
    }

    private var metrics: [Result] {
        guard let path = configuration.metrics else { return [] }
        let folder = TellingExamination.folder(of: path)
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) && isFolder.boolValue
        let trouble =
            isThere && TellingExamination.isWritable(folder) ? nil : "\(folder) is not there, or cannot be written to"
        return [
            Result(
                isUsable: trouble == nil, about: "metrics",
                sentence: "\(path): \(trouble ?? "is written after each night")")
        ]
    }

    private static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    /// True for a folder that is there and can be written to, or could be made.
    private static func isWritable(_ folder: String) -> Bool {
        if FileManager.default.fileExists(atPath: folder) { return FileManager.default.isWritableFile(atPath: folder) }
        let above = self.folder(of: folder)
        return above != folder && isWritable(above)
    }
}
