// Driver of libFuzzer for the BSON reader, validator and writer; `scripts/fuzz` builds and runs it.

import BSON

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    expectNoFault(with: bytes)
    expectNoFault(with: framed(bytes))
    return 0
}

/// Called by libFuzzer before the first input. Writes documents to start from into the folder that the environment
/// variable `BSON_FUZZ_SEEDS` names.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    guard let folder = getenv("BSON_FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
    for seed in UInt64(1)...100 {
        var random = RandomDocument(seed: seed)
        let bytes = random.document().bytes
        guard let file = fopen("\(folder)/seed-\(seed)", "w") else { return 0 }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
    return 0
}

/// Ends the process when there is a fault: that is how a driver tells libFuzzer that it found something.
private func expectNoFault(with bytes: [UInt8]) {
    if let fault = fault(with: bytes) {
        fatalError("\(fault): \(bytes)")
    }
}

/// The bytes as the elements of a document, so that most inputs get beyond the outermost length.
private func framed(_ elements: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: Int32(truncatingIfNeeded: elements.count + 5).littleEndian) { Array($0) } + elements + [0]
}
