import BSON
import Foundation
import Testing
import TextIndex

@testable import MongoStore

/// How long searches take in a large room, and what its index costs. Runs when `TEST_FULL` is set, by itself: the figures
/// mean something only on an idle machine. `SEARCH_SCALE` says how many messages (1,000,000).
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TEST_FULL"] != nil))
struct SearchScaleTests {
    private static let count =
        ProcessInfo.processInfo.environment["SEARCH_SCALE"].flatMap { Int64($0) } ?? 1_000_000

    /// 4,000 made-up words, used as words of a language are: the n-th most common with a weight of 1/n (Zipf).
    private static let words: [String] = {
        var random = SampleRandom(state: 7)
        let syllables = [
            "ka", "lo", "ten", "ri", "mus", "e", "st", "ran", "di", "o", "ver", "qu", "ing", "a", "pe", "th",
        ]
        return (0..<4000).map { _ in
            (0..<Int.random(in: 1...4, using: &random)).map { _ in syllables.randomElement(using: &random) ?? "" }
                .joined()
        }
    }()

    private static func content(_ seq: Int64) -> String {
        var random = SampleRandom(state: UInt64(seq))
        if seq % 500_000 == 12_345 { return "here is the xylophone-\(seq)" }
        if seq % 500_000 == 23_456 { return "今天我们去东京塔看夜景吧" }
        if seq % 10 == 0 {
            let signs = (0..<14).map { _ in UnicodeScalar(UInt32(0x4E00 + Int.random(in: 0..<3000, using: &random)))! }
            return String(String.UnicodeScalarView(signs))
        }
        return (0..<Int.random(in: 3...16, using: &random)).map { _ in
            words[min(words.count - 1, Int(pow(4000, Double.random(in: 0...1, using: &random))) - 1)]
        }.joined(separator: " ")
    }

    /// Of seven runs, in milliseconds.
    private static func median(_ label: String, _ body: () throws -> MessageSearch.Result) throws -> Double {
        var times: [Double] = []
        var result: MessageSearch.Result?
        for _ in 0..<7 {
            let start = ContinuousClock.now
            result = try body()
            times.append((.now - start) / .milliseconds(1))
        }
        times.sort()
        let next = result?.next == nil ? "whole room" : "to be continued"
        print("\(label): median \(times[3]) ms, worst \(times[6]) ms; \(result?.hits.count ?? 0) hits, \(next)")
        return times[3]
    }

    @Test func `a rare text in a large room is found in under 100 ms`() async throws {
        try await TestDatabase.with { client in
            try await client.run("scale") { connection in
                _ = try connection.rooms.createIfMissing(SampleMessages.room("r"))
                try Self.measure("messages written") {
                    for start in stride(from: Int64(1), through: Self.count, by: 1000) {
                        _ = try connection.messages.insert(
                            SampleMessages.make("r", start...start + 999, content: Self.content))
                    }
                }
                try connection.rooms.updateLastHint("r", seq: Self.count, id: SampleMessages.id(Self.count), rev: 0)
                let room = try #require(try connection.rooms.find("r"))
                try Self.time(room, connection, index: false)
                let indexer = SearchIndexer(connection, owner: SampleMessages.id(1))
                try Self.measure("messages indexed") {
                    while case .more = try indexer.step("r", now: 1) {}
                }
                try Self.printSize(connection)
                try Self.time(room, connection, index: true)
            }
        }
    }

    private static func time(_ room: RoomRecord, _ connection: MongoConnection, index: Bool) throws {
        let queries: [(String, String, Bool)] = [
            ("rare", "XYLOPHONE", true), ("rare, in full", "the xylophone-12345", true), ("CJK word", "东京塔", true),
            ("two signs", "夜景", true), ("no hit", "zwiebelkuchen", true), ("common", "ing", true),
            ("phrase", "ka lo", false), ("two letters, rare", "zy", false),
        ]
        for (name, query, isBounded) in queries {
            let search = MessageSearch(
                SearchCriteria(pattern: TextPattern(query)), limit: 50, usesIndex: index)
            let label = "\(index ? "index" : "scan"), \(name) (\(query))"
            let time = try median(label) { try search.run(in: room, connection) }
            if index, isBounded { #expect(time < 100, "\(label)") }
            #expect(time < 1500, "\(label)")
        }
    }

    private static func measure(_ label: String, _ body: () throws -> Void) rethrows {
        let time = try ContinuousClock().measure(body) / .seconds(1)
        print("\(label): \(count) in \(Int(time)) s, \(Int(Double(count) / time)) a second")
    }

    private static func printSize(_ connection: MongoConnection) throws {
        var (bytes, documents) = (0, 0)
        try connection.forEach("search_segments", [:], options: FindOptions(batchSize: 500)) { document in
            bytes += document.bytes.count
            documents += 1
            return true
        }
        print("index: \(documents) documents, \(bytes) bytes, \(Double(bytes) / Double(count)) a message")
    }
}
