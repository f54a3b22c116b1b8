@testable import ChatService
import Testing

@Suite struct SmallMapTests {
    @Test("It holds what a dictionary holds, through any changes")
    func isADictionary() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            var (map, dictionary) = (SmallMap<Int, Int>(), [Int: Int]())
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let key = Int.random(in: 0..<4, using: &random)
                let value = Bool.random(using: &random) ? Int.random(in: 0..<100, using: &random) : nil
                map[key] = value
                dictionary[key] = value
                #expect(map.count == dictionary.count)
                #expect(map.isEmpty == dictionary.isEmpty)
                #expect(map.keys.sorted() == dictionary.keys.sorted())
                #expect(map.values.sorted() == dictionary.values.sorted())
                for key in 0..<4 { #expect(map[key] == dictionary[key]) }
            }
        }
    }
}
