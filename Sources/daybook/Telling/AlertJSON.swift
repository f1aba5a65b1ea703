import Auditing
import Bookings
import Transparency

/// An alert as `daybook-alert/v1`.
struct AlertJSON {
    let summary: NightSummary
    let words: NightWords
    let report: String?
    let clients: [BookingKey: Client]

    func json(id: String) -> JSONValue {
        let night = summary.night
        return .object([
            "format": .string("daybook-alert/v1"), "id": .string(id), "origin": .string(night.origin),
            "started": .string(night.started.text), "ended": .string(night.ended.text),
            "exit": .integer(Int(night.status)), "allWell": .boolean(summary.isAllWell),
            "headline": .string(words.headline), "sentence": .string(words.opening),
            "compared": .integer(summary.compared),
            "sources": .object([
                "total": .integer(summary.total), "read": .integer(summary.checked.count),
                "notRead": .array(
                    summary.notRead.map {
                        .object(["source": .string($0.source.text), "reason": .string($0.reason)])
                    }),
            ]),
            "new": .array(summary.new.prefix(AlertText.most).map(finding)),
            "open": .array(summary.open.prefix(AlertText.most).map(finding)),
            "warnings": .array(summary.warnings.prefix(AlertText.most).map(finding)),
            "troubles": .strings(summary.troubles),
            "resolved": .array(
                summary.resolved.prefix(AlertText.most).map {
                    .object([
                        "source": .string($0.source.text), "code": .string($0.code),
                        "booking": ($0.booking?.text).map { .string($0) },
                    ])
                }),
            "counts": .object([
                "needing": .integer(summary.needing.count), "missing": .integer(summary.missing.count),
                "new": .integer(summary.new.count), "open": .integer(summary.open.count),
                "resolved": .integer(summary.resolved.count), "acknowledged": .integer(summary.acknowledged.count),
                "noted": .integer(summary.noted.count),
            ]),
            "checkpoint": night.checkpoint.map {
                .object(["size": .integer($0.size), "root": .string($0.root.base64)])
            },
            "report": report.map { .string($0) },
        ])
    }

    private func finding(_ item: NightSummary.Item) -> JSONValue {
        let finding = item.finding
        return .object([
            "source": .string(item.source.text), "code": .string(finding.code.rawValue),
            "name": .string(finding.code.name), "title": .string(ClientWords.title(finding.code)),
            "severity": .string(finding.severity.rawValue), "confidence": .string(finding.confidence.rawValue),
            "state": .string((finding.life ?? .new).rawValue), "booking": (finding.booking?.text).map { .string($0) },
            "start": item.start.map { .string($0.text) }, "practitioner": item.practitioner.map { .string($0) },
            "windowOfLoss": finding.loss?.json, "sentence": .string(finding.sentence),
            "remedy": .string(NightWords.remedy(item)), "client": item.key.flatMap { clients[$0]?.json },
        ])
    }
}
