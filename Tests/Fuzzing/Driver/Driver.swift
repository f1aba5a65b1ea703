import Fuzzing

#if canImport(Glibc)
    import Glibc
#endif

/// What libFuzzer calls with each input. The target is named in the environment, since the arguments are libFuzzer's.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let what = target.broken(by: Array(UnsafeBufferPointer(start: start, count: count))) { fatalError(what) }
    return 0
}

private let target: FuzzTarget = {
    guard let name = getenv("DAYBOOK_FUZZ").map({ String(cString: $0) }), let target = FuzzTarget(rawValue: name) else {
        fatalError("DAYBOOK_FUZZ names one of \(FuzzTarget.allCases.map(\.rawValue))")
    }
    return target
}()
