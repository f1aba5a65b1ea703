import Foundation
import Schedules
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
        _ request: AddCheckpoint, to prefix: String, keys: [VerifierKey], seconds: Int64 = 20
    ) throws(Failure) -> AddCheckpoint.Answer {
        guard let base = URL(string: prefix), ["http", "https"].contains(base.scheme ?? ""),
            base.host()?.isEmpty == false, base.query == nil, base.fragment == nil
        else { throw .badURL(prefix) }
        // One byte more than an answer may have shows that it is too long.
        let exchange = WebExchange(
            method: "POST", url: base.appending(component: "add-checkpoint").absoluteString,
            headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(request.body.utf8), timeout: seconds,
            largest: AddCheckpoint.longestAnswer + 1)
        do throws(OutsideError) {
            let reply = try exchange.answer()
            return request.answer(
                status: reply.status, contentType: reply["content-type"], body: reply.body, witness: keys)
        } catch {
            throw .unreachable(error.sentence)
        }
    }
}
