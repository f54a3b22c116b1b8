import NIOCore
import Testing

@testable import WebSocket

@Suite("Receive buffers")
struct ReceiveBuffersTests {
    @Test("The first is small, full ones lead to larger ones, others back to the smallest")
    func sizes() {
        var buffers = ReceiveBuffers()
        func size() -> Int { buffers.buffer(allocator: ByteBufferAllocator()).capacity }
        #expect(size() == ReceiveBuffers.first)
        _ = buffers.record(actualReadBytes: 100)
        #expect(size() == 2048)
        for expected in [4096, 8192, 16384, 32768, 65536, 65536] {
            let mayGrow = buffers.record(actualReadBytes: size())
            #expect(mayGrow)
            #expect(size() == expected)
        }
        _ = buffers.record(actualReadBytes: 65535)
        #expect(size() == 2048)
    }

    @Test("A channel's pool keeps the first and no other")
    func pool() {
        var pool = NIOPooledRecvBufferAllocator(capacity: 4, recvAllocator: ReceiveBuffers())
        func read() -> Int {
            let capacity = pool.buffer(allocator: ByteBufferAllocator()) { $0.writeBytes([1, 2, 3]) }.0.capacity
            pool.record(actualReadBytes: 3)
            return capacity
        }
        #expect(read() == ReceiveBuffers.first)
        pool.updateCapacity(to: 1)
        for _ in 0..<3 { #expect(read() == 2048) }
        #expect(pool.count == 1)
    }
}
