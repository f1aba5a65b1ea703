import Dispatch
import Foundation
import Synchronization

func activeProcessorCount() -> Int { ProcessInfo.processInfo.activeProcessorCount }

/// The values of `body` for 0 ..< count, made on every core, in order.
func parallelMap<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
    let values = Mutex<[Value?]>(Array(repeating: nil, count: max(count, 0)))
    DispatchQueue.concurrentPerform(iterations: max(count, 0)) { place in
        let value = body(place)
        values.withLock { $0[place] = value }
    }
    return values.withLock { $0.map { $0! } }
}
