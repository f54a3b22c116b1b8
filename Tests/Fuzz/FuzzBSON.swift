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
    if (try? BSONDocument(validating: bytes)) != nil { expectNoFaultWhenAltered(bytes) }
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
        // Mostly a single leaf: a change in a small input is likely to hit something.
        let document = seed % 5 == 0 ? random.document() : ["a": random.value(depth: .max)]
        guard let file = fopen("\(folder)/seed-\(seed)", "w") else { return 0 }
        fwrite(document.bytes, 1, document.bytes.count, file)
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

/// Sets each byte of a valid document in turn to something that lengths, types and terminators are sensitive to:
/// libFuzzer's own changes seldom are so small in the right place. To what follows from the bytes (FNV-1a), so that a
/// find repeats.
private func expectNoFaultWhenAltered(_ bytes: [UInt8]) {
    let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let values: [UInt8] = [0, 1, 2, 4, 5, 0x0F, 0x7F, 0x80, 0xC3, 0xFF]
    var altered = bytes
    for index in 4..<min(bytes.count, 256) {
        altered[index] = values[(index + Int(hash >> 32)) % values.count]
        expectNoFault(with: altered)
        altered[index] = bytes[index]
    }
}
