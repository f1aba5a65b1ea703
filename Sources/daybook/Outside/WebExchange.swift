import Dispatch
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Why something outside did not work, in words that hold no secret.
struct OutsideError: Error {
    let sentence: String
}

/// One request over HTTP, and its whole answer.
///
/// No redirect is followed: what is sent is meant for the address that somebody wrote down, and for nobody else. Nothing
/// is kept: no cookie, no cache, no credential. The answer is bounded before it is held.
struct WebExchange {
    var method: String
    var url: String
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// After how many seconds it counts as failed, from the first to the last byte.
    var timeout: Int64
    /// The most bytes that are taken in.
    var largest: Int

    /// The answer's body, where its status is one of success.
    func run() throws(OutsideError) -> [UInt8] {
        guard let address = URL(string: url) else { throw failure("this is no address") }
        var request = URLRequest(url: address, timeoutInterval: TimeInterval(timeout))
        request.httpMethod = method
        request.httpBody = Data(body)
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        let answer = Answer(largest: largest)
        let session = URLSession(configuration: configuration, delegate: answer, delegateQueue: nil)
        let task = session.dataTask(with: request)
        task.resume()
        let isDone = answer.done.wait(timeout: .now() + .seconds(Int(timeout))) == .success
        session.invalidateAndCancel()
        guard isDone else { throw failure("no whole answer came within \(timeout) s") }
        let state = answer.state.withLock { $0 }
        if state.isTooLong { throw failure("the answer is longer than \(largest) bytes") }
        guard let status = state.status else { throw failure(state.error ?? "no answer came") }
        switch status {
        case 200..<300: break
        case 300..<400:
            throw failure("it answered \(status), that it is elsewhere now; give the address to which it points")
        default: throw failure("it answered \(status)")
        }
        if let error = state.error { throw failure(error) }
        return state.body
    }

    private func failure(_ what: String) -> OutsideError {
        OutsideError(sentence: "\(WebExchange.withoutQuery(url)): \(what)")
    }

    /// An address as it is shown: what stands behind `?` may be a secret.
    static func withoutQuery(_ url: String) -> String {
        String(url.prefix { $0 != "?" && $0 != "#" })
    }
}

/// What came back so far; owned by the session's own queue until `done`.
private final class Answer: NSObject, URLSessionDataDelegate, Sendable {
    struct State {
        var status: Int?
        var body: [UInt8] = []
        var isTooLong = false
        var error: String?
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
        state.withLock { $0.status = response.statusCode }
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = state.withLock { state in
            state.isTooLong = state.isTooLong || state.body.count + data.count > largest
            if !state.isTooLong { state.body += data }
            return state.isTooLong
        }
        if isTooLong { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        state.withLock { state in
            if let response = task.response as? HTTPURLResponse { state.status = response.statusCode }
            state.error = error.map { Answer.words($0) }
        }
        done.signal()
    }

    private static func words(_ error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .timedOut?: "no answer came in time"
        case .cannotFindHost?, .dnsLookupFailed?: "no such host is known"
        case .cannotConnectToHost?: "nobody answers there"
        case .secureConnectionFailed?, .serverCertificateUntrusted?, .serverCertificateHasBadDate?,
            .serverCertificateHasUnknownRoot?:
            "its certificate is not trusted, or TLS failed"
        case .networkConnectionLost?: "the connection was lost"
        default: "the exchange failed"
        }
    }
}
