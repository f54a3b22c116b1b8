@testable import ChatService
import Testing

@Suite struct StormWatchTests {
    @Test("A storm ends once, when little happens any more")
    func storm() {
        var watch = StormWatch()
        let looks = [0, 400, 900, 1_500, 3_000, 3_010, 3_020].map { watch.isOver(at: $0) }
        #expect(looks == [false, false, false, false, false, true, false])
    }

    @Test("Few at a time are no storm until there were many; the next one counts anew")
    func drizzle() {
        var watch = StormWatch()
        let looks = stride(from: 0, through: 3_000, by: 40).map { ($0, watch.isOver(at: $0)) }
        #expect(looks.filter(\.1).map(\.0) == [1_000, 2_000, 3_000])
    }
}
