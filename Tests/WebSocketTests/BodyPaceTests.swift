import NIOCore
import Testing

@testable import WebSocket

@Suite("How long a request's body may take")
struct BodyPaceTests {
    private let start = NIODeadline.now()

    @Test("It has its grace, and a second more for each 4 KiB")
    func deadlines() {
        var pace = BodyPace(grace: .seconds(20))
        #expect(pace.deadline == nil)
        pace.begin(now: self.start)
        #expect(pace.deadline == self.start + .seconds(20))
        pace.take(4_096)
        pace.take(4_096)
        #expect(pace.deadline == self.start + .nanoseconds(21_999_994_880))
        pace.end()
        #expect(pace.deadline == nil)
        pace.begin(now: self.start + .seconds(60))
        #expect(pace.deadline == self.start + .seconds(80))
    }

    @Test("A gigabyte is no reason to overflow")
    func large() {
        var pace = BodyPace(grace: .seconds(20))
        pace.begin(now: self.start)
        for _ in 0..<1_024 { pace.take(1 << 20) }
        #expect(pace.deadline.map { $0 > self.start + .hours(60) } == true)
    }
}
