@testable import ChatService
import NIOCore
import Testing

@Suite("How many frames a client may send") struct FrameAllowanceTests {
    private let start = NIODeadline.now()

    @Test("Twice a second's frames pass at once, then one must wait")
    func burst() {
        var allowance = FrameAllowance(framesPerSecond: 10)
        for _ in 1...20 { #expect(allowance.take(now: start) == nil) }
        #expect(allowance.take(now: start) == .milliseconds(100))
        #expect(allowance.take(now: start + .milliseconds(100)) == nil)
    }

    @Test("Who goes on ten times too fast comes to the end of patience, though some frames pass")
    func flood() {
        var allowance = FrameAllowance(framesPerSecond: 10)
        for frame in 0..<1_300 { _ = allowance.take(now: start + .milliseconds(Int64(frame) * 10)) }
        #expect(allowance.excess > FrameAllowance.patience)
    }

    @Test("Who was refused now and then, and heeds it, is forgiven")
    func forgiven() {
        var allowance = FrameAllowance(framesPerSecond: 10)
        for _ in 1...120 { _ = allowance.take(now: start) }
        #expect(allowance.excess == 100)
        for second in 1...200 { _ = allowance.take(now: start + .seconds(Int64(second))) }
        #expect(allowance.excess == 0)
    }

    @Test("Without a limit all pass")
    func unlimited() {
        var allowance = FrameAllowance(framesPerSecond: 0)
        for _ in 1...10_000 { #expect(allowance.take(now: start) == nil) }
    }
}
