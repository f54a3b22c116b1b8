import Glibc

/// Bytes to be found in a frame.
struct Pattern: Sendable {
    private let text: StaticString

    init(_ text: StaticString) {
        self.text = text
    }

    var count: Int { text.utf8CodeUnitCount }

    /// The place behind the first occurrence; nil when there is none.
    func end(in start: UnsafePointer<UInt8>, count length: Int) -> UnsafePointer<UInt8>? {
        // Swift's view of the C library has no memmem.
        let end = start + length
        var from = start
        while end - from >= count, let found = memchr(from, Int32(text.utf8Start.pointee), end - from - count + 1) {
            let place = UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
            if memcmp(place, text.utf8Start, count) == 0 { return place + count }
            from = place + 1
        }
        return nil
    }

    @inline(__always)
    func begins(_ start: UnsafePointer<UInt8>, count length: Int) -> Bool {
        length >= count && memcmp(start, text.utf8Start, count) == 0
    }
}
