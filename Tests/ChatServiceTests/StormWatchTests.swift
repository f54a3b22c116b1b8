@testable import ChatService
import Testing

@Suite struct StormWatchTests {
    @Test("A storm ends once, when little happens any more")
    func storm() {
        var watch = StormWatch()
        let looks = [0, 400, 900, 1_500, 3_000, 3_010, 3_020].map { watch.isOver(at: $0) }
        #expect(looks == [false, false, false, false, false, true, false])
    }

    @Test("Few at a time are no storm, however long")
    func drizzle() {
        var watch = StormWatch()
        #expect(!stride(from: 0, through: 10_000, by: 40).contains { watch.isOver(at: $0) })
    }
}
