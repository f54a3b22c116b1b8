import BSON
import Foundation
import Testing

@testable import MongoStore

/// How long reads take in a room of 100,000 messages. Making it takes a minute or more, and the figures mean something
/// only on an idle machine: runs when `TEST_FULL` is set.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TEST_FULL"] != nil))
struct HistoryScaleTests {
    private static let count: Int64 = 100_000

    /// The median of nine runs, in milliseconds.
    private static func median(_ label: String, _ body: () throws -> Void) rethrows -> Double {
        var times: [Double] = []
        for _ in 0..<9 {
            let time = try ContinuousClock().measure(body)
            times.append(time / .milliseconds(1))
        }
        times.sort()
        print("\(label): median \(times[4]) ms, worst \(times[8]) ms")
        return times[4]
    }

    @Test func `a page takes under 20 ms at any depth of 100,000 messages`() async throws {
        try await TestDatabase.with { client in
            try await client.messages("scale") { messages in
                for start in stride(from: Int64(1), through: Self.count, by: 1000) {
                    let batch = SampleMessages.make("r", start...start + 999) { "message \($0) with a few more words" }
                    #expect(try messages.insert(batch).insertedCount == 1000)
                }
                let known = MessageRepository.Bounds.known(lastSeq: Self.count)
                for seq in [60, 5000, 50_000, 99_999] as [Int64] {
                    let page = try Self.median("page of 50 before \(seq)") {
                        _ = try messages.page("r", before: SampleMessages.id(seq), limit: 50, bounds: known)
                    }
                    #expect(page < 20)
                    let largest = try Self.median("page of 200 before \(seq)") {
                        _ = try messages.page("r", before: SampleMessages.id(seq), limit: 200, bounds: known)
                    }
                    #expect(largest < 50)
                    let between = ObjectID(time: SampleMessages.id(seq).milliseconds + 1, counter: 0, random: 0)
                    let time = try Self.median("page of 50 before a time at \(seq)") {
                        _ = try messages.page("r", before: between, limit: 50, bounds: known)
                    }
                    #expect(time < 40)
                }
                let right = try Self.median("tail, hint right") { _ = try messages.tail("r", hint: Self.count) }
                #expect(right < 20)
                for hint in [0, 90_000, 110_000] as [Int64] {
                    let tail = try Self.median("tail, hint \(hint)") { _ = try messages.tail("r", hint: hint) }
                    #expect(tail < 50)
                }
            }
        }
    }
}
