import NIOCore

/// The masking of a client's payload (RFC 6455 section 5.3): byte `i` is combined with byte `i % 4` of the key.
struct FrameMask: Equatable {
    /// The key's four bytes; its first byte, which is the next to be used, is the most significant one.
    private var key: UInt32

    init(key: UInt32) {
        self.key = key
    }

    /// Takes the mask from `source` while copying it to `target`, eight bytes at a time, and turns the key so that the
    /// next call goes on where this one ended.
    /// - Precondition: `target` is at least as long as `source`, and they do not overlap.
    mutating func unmask(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
        precondition(target.count >= source.count)
        let word = UInt64(self.key) << 32 | UInt64(self.key)
        let inMemoryOrder = UInt64(bigEndian: word)
        var position = 0
        while position &+ 8 <= source.count {
            let value = source.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            target.storeBytes(of: value ^ inMemoryOrder, toByteOffset: position, as: UInt64.self)
            position &+= 8
        }
        while position < source.count {
            let shift = UInt32(24 &- 8 &* (position & 3))
            target[position] = source[position] ^ UInt8(truncatingIfNeeded: self.key >> shift)
            position &+= 1
        }
        let turn = UInt32(8 &* (source.count & 3))
        self.key = turn == 0 ? self.key : self.key << turn | self.key >> (32 &- turn)
    }
}

extension FrameMask {
    /// Moves `count` bytes from `input` to the end of `output`, without their mask. An empty `output` gets storage of
    /// exactly that size.
    mutating func unmask(_ input: inout ByteBuffer, count: Int, appendingTo output: inout ByteBuffer) {
        if output.capacity == 0 { output = ByteBufferAllocator().buffer(capacity: count) }
        var mask = self
        input.readWithUnsafeReadableBytes { source in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
                mask.unmask(UnsafeRawBufferPointer(rebasing: source[..<count]), to: target)
                return count
            }
        }
        self = mask
    }
}
