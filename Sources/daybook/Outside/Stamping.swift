import Auditing
import Bookings
import LedgerStore
import Schedules
import Transparency

/// Has a checkpoint time-stamped, and records the answer.
struct Stamping {
    let ledger: Ledger
    let checkpoint: Checkpoint

    /// A time-stamp that was recorded.
    struct Stamp {
        let index: Int
        let token: TimestampToken
        /// Who signed it, where roots were there to say so.
        let authority: String?
    }

    /// What became of asking one authority.
    struct Outcome {
        /// Its address, without what may be secret.
        let url: String
        let stamp: Stamp?
        let sentence: String

        var json: JSONValue {
            .object([
                "authority": .string(url), "done": .boolean(stamp != nil),
                "entry": stamp.map { .integer($0.index) }, "sentence": .string(sentence),
            ])
        }
    }

    /// Asks one authority; what it answers counts only where it is a stamp of this checkpoint, and under the roots.
    func ask(_ authority: Configuration.StampAuthority, under roots: TimestampRoots?) throws(LedgerError) -> Outcome {
        let url = WebExchange.withoutQuery(authority.url)
        let request = TimestampRequest(imprint: checkpoint.imprint)
        let exchange = WebExchange(
            method: "POST", url: authority.url, headers: ["Content-Type": "application/timestamp-query"],
            body: request.der, timeout: authority.timeout, largest: TimestampToken.largest)
        let answer: [UInt8]
        do throws(OutsideError) { answer = try exchange.run() } catch {
            return Outcome(url: url, stamp: nil, sentence: error.sentence)
        }
        do {
            let token = try TimestampToken(response: answer)
            try token.require(answerTo: request)
            let name = try roots?.verify(token, imprint: request.imprint)
            let stamp = Stamp(index: try record(token), token: token, authority: name)
            return Outcome(url: url, stamp: stamp, sentence: "stamped on \(LocalClock.utc.text(token.time))")
        } catch let error as LedgerError {
            throw error
        } catch let error as TimestampError {
            return Outcome(url: url, stamp: nil, sentence: "\(url): \(error.sentence)")
        } catch {
            return Outcome(url: url, stamp: nil, sentence: "\(url): its answer cannot be read")
        }
    }

    /// Records a time-stamp of the checkpoint, once; gives the index of its entry.
    func record(_ token: TimestampToken) throws -> Int {
        switch try ledger.record(token, of: checkpoint) {
        case .recorded(let index), .repeated(let index): return index
        case .refused(let error): throw error
        }
    }
}
