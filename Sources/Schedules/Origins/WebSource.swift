import Bookings
import Foundation

/// Asks an address for a schedule, or for a part of one: three tries where the trouble may pass, five redirects, and only
/// a whole answer counts.
///
/// No request is conditional (`If-None-Match`): the body of the night before is not kept, so that "not modified" would
/// leave nothing to compare with the record.
struct WebSource {
    var url: String
    let credentials: ScheduleOrigin.Credentials?
    let timeout: Int64
    let largest: Int
    /// Waits for so many seconds.
    var pause: (Int64) -> Void = { Thread.sleep(forTimeInterval: TimeInterval($0)) }

    private static let tries = 3
    /// The longest that a server's `Retry-After` is waited for.
    private static let longestPause: Int64 = 30

    /// The schedule that lies at the address, as of when the server says that it was last modified, else of now.
    func get(now: Timestamp) throws(ScheduleError) -> Received {
        let answer = try answer("GET")
        guard answer.status == 200 else { throw unavailable("it answered \(answer.status)") }
        guard !answer.body.isEmpty else { throw unavailable("the answer is empty; was the export cut off?") }
        // A page to log in with is answered as a success too.
        if answer["content-type"]?.lowercased().hasPrefix("text/html") ?? false, answer.body.starts(with: "<".utf8) {
            throw unavailable("it answered with a web page instead of a schedule: does it ask for a log-in?")
        }
        let written = answer["last-modified"].flatMap { WebSource.moment($0) }
        return Received(name: name, bytes: answer.body, takenAt: min(written ?? now, now))
    }

    private static let mostTimeouts: Int64 = 30

    /// All pages of the FHIR search at the address, each asked for as the first was. All of them together are bounded as
    /// one answer is, and take at most so many times its time: one slow server must not cost the others their night.
    func search(now: Timestamp) throws(ScheduleError) -> Received {
        let end = ContinuousClock.now + .seconds(WebSource.mostTimeouts * timeout)
        var taken = 0
        let pages = try FHIRSearch.pages(from: url) { address throws(ScheduleError) in
            guard ContinuousClock.now < end else {
                throw unavailable("the search's pages did not all come within \(WebSource.mostTimeouts * timeout) s")
            }
            var page = self
            page.url = address
            let body = try page.answer("GET", headers: ["Accept": "application/fhir+json"]).body
            taken += body.count
            guard taken <= largest else { throw unavailable("the search's pages are longer than \(largest) bytes") }
            return body
        }
        var received = Received(name: name, bytes: pages.bytes, takenAt: now)
        if let shortfall = pages.shortfall { received.shortfalls = [shortfall] }
        return received
    }

    /// A whole answer of success to a request.
    func answer(_ method: String, headers: [String: String] = [:], body: [UInt8] = []) throws(ScheduleError)
        -> WebAnswer
    {
        var exchange = WebExchange(
            method: method, url: url, headers: headers, body: body, timeout: timeout, largest: largest, redirects: 5)
        exchange.headers["Cache-Control"] = "no-cache"
        do throws(OutsideError) {
            if let credentials { exchange.headers["Authorization"] = try credentials.authorization() }
        } catch { throw .unavailable(error.sentence) }
        var number = 1
        while true {
            let last: (failure: OutsideError, wait: Int64?)
            do throws(OutsideError) {
                let answer = try exchange.answer()
                if (200..<300).contains(answer.status), !answer.isCut { return answer }
                last = (refusal(of: answer, exchange), answer["retry-after"].flatMap { Int64($0) })
            } catch { last = (error, nil) }
            guard last.failure.isPassing, number < WebSource.tries else { throw .unavailable(last.failure.sentence) }
            pause(min(max(last.wait ?? Int64(number * number), 1), WebSource.longestPause))
            number += 1
        }
    }

    private func refusal(of answer: WebAnswer, _ exchange: WebExchange) -> OutsideError {
        switch answer.status {
        case 200..<300:
            exchange.failure("the answer is longer than \(largest) bytes; raise maxBytes in the configuration")
        case 401, 403:
            exchange.failure(
                "it answered \(answer.status), that this may not be read: is the secret in its file right?")
        case 404, 410: exchange.failure("it answered \(answer.status), that there is nothing; is the address right?")
        case 300..<400: exchange.failure("it answered \(answer.status), and does not say where else to ask")
        default:
            exchange.failure(
                "it answered \(answer.status)", isPassing: answer.status == 429 || answer.status >= 500)
        }
    }

    private var name: String { WebExchange.withoutQuery(url) }

    func unavailable(_ reason: String) -> ScheduleError { .unavailable("\(name): \(reason)") }

    /// A time as HTTP writes it (RFC 9110, IMF-fixdate).
    private static func moment(_ text: String) -> Timestamp? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: text).map { Timestamp(seconds: Int64($0.timeIntervalSince1970)) }
    }
}
