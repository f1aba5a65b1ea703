import Auditing
import Bookings
import Schedules

/// Tells a check, as healthchecks.io and its like have them, that a night began, and how it ended. A check that hears
/// nothing raises the alarm: that is the other half of "silence means trouble".
///
/// A ping that does not arrive never fails a night.
struct Pings {
    let ping: Configuration.Ping

    func start() throws(OutsideError) { try send("start", "") }

    func end(_ night: Night, status: Int32) throws(OutsideError) {
        let words = NightWords(summary: NightSummary(night))
        var lines = [words.headline, words.opening]
        if let missed = words.missed { lines.append(missed) }
        for item in words.summary.needing.prefix(50) {
            lines.append("\(item.finding.code.rawValue) \(NightWords.line(item.finding.sentence))")
        }
        for source in words.summary.notRead {
            lines.append(
                "\(NightWords.line(source.source.text, most: 100)) was not read: \(NightWords.line(source.reason))")
        }
        try send(String(status), lines.joined(separator: "\n") + "\n")
    }

    private func send(_ what: String, _ body: String) throws(OutsideError) {
        let base = ping.url.hasSuffix("/") ? String(ping.url.dropLast()) : ping.url
        let url = "\(base)/\(what)"
        do throws(OutsideError) {
            _ = try WebExchange(
                method: "POST", url: url, headers: ["Content-Type": "text/plain; charset=utf-8"],
                body: Pings.cut(body), timeout: ping.timeout, largest: 1 << 16
            ).run()
        } catch { throw error.hiding(url) }
    }

    /// What such a check keeps of a body, in whole characters.
    static let most = 10_000

    static func cut(_ body: String) -> [UInt8] {
        var end = body.utf8.index(body.startIndex, offsetBy: most, limitedBy: body.endIndex) ?? body.endIndex
        while end.samePosition(in: body.unicodeScalars) == nil { end = body.utf8.index(before: end) }
        return Array(body.utf8[..<end])
    }
}
