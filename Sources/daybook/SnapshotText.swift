import Auditing
import Bookings
import Console
import Schedules
import Transparency

/// How a reading is shown before anything is concluded from it: `--dry-run`.
struct SnapshotText {
    let snapshot: Snapshot

    func print(json: Bool) {
        if json { Terminal.print(self.json) } else { Terminal.print(text) }
    }

    var json: JSONValue {
        let coverage = snapshot.coverage
        return .object([
            "format": .string("daybook-snapshot/v1"), "source": .string(coverage.source.text),
            "takenAt": .string(coverage.takenAt.text), "coverage": coverage.json, "rows": .integer(snapshot.rows),
            "passedOver": snapshot.passedOver > 0 ? .integer(snapshot.passedOver) : nil,
            "digest": .string(snapshot.digest.base64),
            "appointments": .array(
                snapshot.appointments.map { row in
                    .object([
                        "booking": .string(row.booking.text), "row": .integer(row.row),
                        "appointment": row.appointment.json,
                        "personal": row.personal.isEmpty
                            ? nil
                            : .object(row.personal.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
                    ])
                }),
            "malformations": .array(
                snapshot.malformations.map { malformation in
                    .object([
                        "kind": .string(kind(malformation.kind)),
                        "booking": (malformation.booking?.text).map { .string($0) },
                        "row": .integer(malformation.row), "column": .string(malformation.column),
                        "reason": .string(malformation.reason),
                    ])
                }),
        ])
    }

    private func kind(_ kind: Malformation.Kind) -> String {
        switch kind {
        case .malformed: "malformed"
        case .unmappedStatus: "unmapped-status"
        case .noZone: "no-zone"
        }
    }

    var text: String {
        let coverage = snapshot.coverage
        var lines = [
            "Source      \(coverage.source)",
            "Taken at    \(LocalClock(zone: coverage.zone, rules: .system).text(coverage.takenAt))",
            "Window      \(coverage.from?.text ?? "no bound") to \(coverage.to?.text ?? "no bound")",
            "Complete    \(coverage.isComplete ? "yes, declared" : "not declared")",
            "Cancelled   \(coverage.cancelled.map { "rows are \($0.rawValue)" } ?? "not declared")",
            "Rows        \(snapshot.rows)",
        ]
        if snapshot.passedOver > 0 { lines.append("Passed over \(snapshot.passedOver), no appointments") }
        if let shortfall = coverage.shortfall { lines.append("Not whole   \(shortfall)") }
        lines.append("")
        for row in snapshot.appointments.prefix(5) {
            let appointment = row.appointment
            lines.append(
                "row \(row.row): booking \(row.booking), \(appointment.start?.text ?? "no start"), "
                    + "\(appointment.status?.rawValue ?? "no status"), \(appointment.practitioner ?? "no practitioner"), "
                    + "\(appointment.service ?? "no service"), client \(row.personal.isEmpty ? "not given" : "given")")
        }
        if snapshot.appointments.count > 5 {
            lines.append("… and \(snapshot.appointments.count - 5) more (--json shows all)")
        }
        let malformations = snapshot.malformations
        if !malformations.isEmpty { lines += ["", "Not as it should be: \(malformations.count)"] }
        for malformation in malformations.prefix(20) {
            lines.append("row \(malformation.row), column \(malformation.column): \(malformation.reason)")
        }
        if malformations.count > 20 { lines.append("… and \(malformations.count - 20) more (--json shows all)") }
        return lines.joined(separator: "\n")
    }
}
