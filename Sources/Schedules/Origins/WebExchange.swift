import Dispatch
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Why something outside did not work, in words that hold no secret and no personal value.
package struct OutsideError: Error {
    package let sentence: String
    /// True for what may be over in a moment: trying again is worth something.
    package let isPassing: Bool

    package init(sentence: String, isPassing: Bool = false) {
        self.sentence = sentence
        self.isPassing = isPassing
    }
}

/// One request over HTTP, and its whole answer.
///
/// A redirect is followed only as often as it is asked for: what is sent is meant for the address that somebody wrote
/// down. It is followed with the same method and body, never from https to http, and what opens the first address is sent
/// to no other host, port or scheme. Nothing is kept: no cookie, no cache, no credential. The answer is bounded before it
/// is held, and TLS is verified against the system's roots.
package struct WebExchange: Sendable {
    package var method: String
    package var url: String
    package var headers: [String: String]
    package var body: [UInt8]
    /// After how many seconds it counts as failed, from the first to the last byte, redirects included.
    package var timeout: Int64
    /// The most bytes that are taken in.
    package var largest: Int
    /// How many redirects are followed.
    package var redirects: Int

    package init(
        method: String, url: String, headers: [String: String] = [:], body: [UInt8] = [], timeout: Int64, largest: Int,
        redirects: Int = 0
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.largest = largest
        self.redirects = redirects
    }

    /// The answer's body, where its status is one of success and all of it came.
    package func run() throws(OutsideError) -> [UInt8] {
        let answer = try answer()
        guard !answer.isCut else { throw failure("the answer is longer than \(largest) bytes") }
        guard !(300..<400).contains(answer.status) else {
            throw failure(
                "it answered \(answer.status), that it is elsewhere now; give the address to which it points")
        }
        guard (200..<300).contains(answer.status) else { throw failure("it answered \(answer.status)") }
        return answer.body
    }

    /// The answer, whatever its status; of one that is too long only the first bytes.
    package func answer() throws(OutsideError) -> WebAnswer {
        let deadline = DispatchTime.now() + .seconds(Int(timeout))
        var asked = self
        for _ in 0...redirects {
            let answer = try asked.exchange(until: deadline)
            guard redirects > 0, answer.isRedirect, let location = answer["location"] else { return answer }
            asked = try asked.redirected(to: location, status: answer.status)
        }
        throw failure("it points elsewhere more than \(redirects) times")
    }

    /// The same request where the answer points.
    func redirected(to location: String, status: Int) throws(OutsideError) -> WebExchange {
        guard let old = URL(string: url), let new = URL(string: location, relativeTo: old)?.absoluteURL,
            Configuration.refusal(ofAddress: new.absoluteString) == nil
        else { throw failure("it answered \(status), and points to what is no address") }
        guard old.scheme != "https" || new.scheme == "https" else {
            throw failure("it answered \(status), and points from https:// to http://")
        }
        guard method == "GET" || status != 303 else {
            throw failure("it answered 303, that the answer is elsewhere; give the address to which it points")
        }
        var next = self
        next.url = new.absoluteString
        if WebExchange.origin(old) != WebExchange.origin(new) {
            next.headers = headers.filter { $0.key.lowercased() != "authorization" }
        }
        return next
    }

    private static func origin(_ url: URL) -> String {
        let scheme = (url.scheme ?? "").lowercased()
        return "\(scheme)://\((url.host() ?? "").lowercased()):\(url.port ?? (scheme == "https" ? 443 : 80))"
    }

    private func exchange(until deadline: DispatchTime) throws(OutsideError) -> WebAnswer {
        guard let address = URL(string: url) else { throw failure("this is no address") }
        var request = URLRequest(url: address, timeoutInterval: TimeInterval(timeout))
        request.httpMethod = method
        if !body.isEmpty { request.httpBody = Data(body) }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        let arrival = Arrival(largest: largest)
        let session = URLSession(configuration: configuration, delegate: arrival, delegateQueue: nil)
        session.dataTask(with: request).resume()
        let isDone = arrival.done.wait(timeout: deadline) == .success
        session.invalidateAndCancel()
        guard isDone else { throw failure("no whole answer came within \(timeout) s") }
        let (answer, error) = arrival.state.withLock { ($0.answer, $0.error) }
        guard answer.status > 0 else {
            throw failure(error?.sentence ?? "no answer came", isPassing: error?.isPassing ?? true)
        }
        // What is too long or asks for a log-in was given up by ourselves; a redirect has no body that anybody wants.
        guard let error, !answer.isCut, !answer.isRedirect, answer.status != 401 else { return answer }
        if let length = answer["content-length"].flatMap({ Int($0) }), length > answer.body.count {
            throw failure(
                "the answer was cut off: \(answer.body.count) of \(length) bytes came", isPassing: true)
        }
        throw failure(error.sentence, isPassing: error.isPassing)
    }

    /// Why this request failed, with its address before it.
    func failure(_ what: String, isPassing: Bool = false) -> OutsideError {
        OutsideError(sentence: "\(WebExchange.withoutQuery(url)): \(what)", isPassing: isPassing)
    }

    /// An address as it is shown: what stands behind `?` may be a secret.
    package static func withoutQuery(_ url: String) -> String {
        String(url.prefix { $0 != "?" && $0 != "#" })
    }
}

/// What was answered over HTTP.
package struct WebAnswer: Sendable {
    package internal(set) var status = 0
    package internal(set) var body: [UInt8] = []
    /// True where more came than was to be taken.
    package internal(set) var isCut = false
    var headers: [String: String] = [:]

    /// A header by its name in small letters.
    package subscript(name: String) -> String? { headers[name] }

    var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }

    mutating func take(_ response: URLResponse?) {
        guard let response = response as? HTTPURLResponse else { return }
        status = response.statusCode
        for (name, value) in response.allHeaderFields {
            if let name = name as? String, let value = value as? String { headers[name.lowercased()] = value }
        }
    }
}

/// What came back so far; owned by the session's own queue until `done`.
private final class Arrival: NSObject, URLSessionDataDelegate, Sendable {
    struct State {
        var answer = WebAnswer()
        var error: OutsideError?
    }

    let state = Mutex(State())
    let done = DispatchSemaphore(value: 0)
    private let largest: Int

    init(largest: Int) {
        self.largest = largest
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        state.withLock { $0.answer.take(response) }
        completionHandler(nil)
    }

    // Without this, an answer that asks for a log-in is on Linux waited for without end.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        state.withLock { $0.answer.take(challenge.failureResponse) }
        completionHandler(.cancelAuthenticationChallenge, nil)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isCut = state.withLock { state in
            let room = largest - state.answer.body.count
            state.answer.body += data.prefix(room)
            state.answer.isCut = state.answer.isCut || data.count > room
            if state.answer.isCut { state.answer.take(dataTask.response) }
            return state.answer.isCut
        }
        guard isCut else { return }
        dataTask.cancel()
        // What a server goes on sending stands before the end in the queue: nobody waits for that.
        done.signal()
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        state.withLock { state in
            state.answer.take(task.response)
            state.error = error.map { Arrival.words($0) }
        }
        done.signal()
    }

    private static func words(_ error: any Error) -> OutsideError {
        switch (error as? URLError)?.code {
        case .timedOut?: OutsideError(sentence: "no answer came in time")
        case .cannotFindHost?, .dnsLookupFailed?: OutsideError(sentence: "no such host is known", isPassing: true)
        case .cannotConnectToHost?: OutsideError(sentence: "nobody answers there", isPassing: true)
        case .secureConnectionFailed?, .serverCertificateUntrusted?, .serverCertificateHasBadDate?,
            .serverCertificateHasUnknownRoot?:
            untrusted
        case .networkConnectionLost?: OutsideError(sentence: "the connection was lost", isPassing: true)
        // On Linux, what libcurl says of a certificate has no code of its own.
        default:
            ["SSL", "TLS", "certificate"].contains(where: error.localizedDescription.contains)
                ? untrusted : OutsideError(sentence: "the exchange failed", isPassing: true)
        }
    }

    private static let untrusted = OutsideError(sentence: "its certificate is not trusted, or TLS failed")
}
