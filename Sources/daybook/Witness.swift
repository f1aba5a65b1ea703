import Dispatch
import Foundation
import FoundationNetworking
import Synchronization
import Transparency

/// Asks a witness over HTTP to cosign a checkpoint (C2SP tlog-witness, `add-checkpoint`).
enum Witness {
    /// Why a witness could not be asked.
    enum Failure: Error, Equatable, CustomStringConvertible {
        /// The prefix is not an http or https URL.
        case badURL(String)
        /// No answer came: the network's words for it.
        case unreachable(String)

        var description: String {
            switch self {
            case .badURL(let text): "\(text) is not the URL of a witness; it starts with https:// or http://"
            case .unreachable(let reason): "the witness gave no answer: \(reason)"
            }
        }
    }

    /// Sends the request to the witness whose submission prefix this is, and reads its answer.
    ///
    /// What it says is believed only where one of `keys` signed it, so plain http is as good as https. No redirect is
    /// followed, no more than ``AddCheckpoint/longestAnswer`` bytes are read, and after `seconds` it is given up.
    static func submit(
        _ request: AddCheckpoint, to prefix: String, keys: [VerifierKey], seconds: Double = 20
    ) async throws -> AddCheckpoint.Answer {
        guard let base = URL(string: prefix), ["http", "https"].contains(base.scheme ?? ""),
            base.host()?.isEmpty == false, base.query == nil, base.fragment == nil
        else { throw Failure.badURL(prefix) }
        let url = base.appending(component: "add-checkpoint")
        var post = URLRequest(url: url, timeoutInterval: seconds)
        post.httpMethod = "POST"
        post.setValue("text/plain; charset=utf-8", forHTTPHeaderField: "Content-Type")
        post.httpBody = Data(request.body.utf8)
        let reply = try await Exchange.send(post, seconds: seconds)
        return request.answer(
            status: reply.status, contentType: reply.contentType, body: reply.body, witness: keys)
    }
}

/// One request and the start of its answer: what is too long is cut off while it arrives.
private final class Exchange: NSObject, URLSessionDataDelegate {
    struct Reply: Sendable {
        var status = 0
        var contentType: String?
        var body: [UInt8] = []
    }

    private struct State {
        var reply = Reply()
        var waiting: CheckedContinuation<Reply, any Error>?
    }

    private let state: Mutex<State>

    private init(_ waiting: CheckedContinuation<Reply, any Error>) {
        state = Mutex(State(waiting: waiting))
    }

    static func send(_ request: URLRequest, seconds: Double) async throws -> Reply {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForResource = seconds
        configuration.httpCookieStorage = nil
        configuration.urlCredentialStorage = nil
        return try await withCheckedThrowingContinuation { waiting in
            let session = URLSession(
                configuration: configuration, delegate: Exchange(waiting), delegateQueue: nil)
            let task = session.dataTask(with: request)
            task.resume()
            session.finishTasksAndInvalidate()
            // The session's own limits do not end an answer that goes on and on, a byte at a time.
            DispatchQueue(label: "witness").asyncAfter(deadline: .now() + seconds) { task.cancel() }
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = state.withLock { state in
            let room = AddCheckpoint.longestAnswer + 1 - state.reply.body.count
            state.reply.body.append(contentsOf: data.prefix(max(room, 0)))
            return state.reply.body.count > AddCheckpoint.longestAnswer
        }
        if isTooLong { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let (waiting, reply) = state.withLock { state in
            let waiting = state.waiting
            state.waiting = nil
            return (waiting, state.reply)
        }
        let isCut = reply.body.count > AddCheckpoint.longestAnswer
        guard let response = task.response as? HTTPURLResponse, error == nil || isCut else {
            waiting?.resume(
                throwing: Witness.Failure.unreachable(error?.localizedDescription ?? "it is no HTTP answer"))
            return
        }
        var whole = reply
        whole.status = response.statusCode
        whole.contentType = response.value(forHTTPHeaderField: "Content-Type")
        waiting?.resume(returning: whole)
    }
}
