import BSON
import Testing

@testable import MongoStore

@Suite struct HistoryTests {
    private static let bounds = MessageRepository.Bounds.known(lastSeq: 500)

    private func withRoom(_ body: @escaping @Sendable (MessageRepository) throws -> Void) async throws {
        try await TestDatabase.with { client in
            try await client.messages("test") { messages in
                _ = try messages.insert(SampleMessages.make("r", 1...500))
                try body(messages)
            }
        }
    }

    @Test func `the newest messages come oldest first, with the last number known or only guessed`() async throws {
        try await withRoom { messages in
            for bounds in [Self.bounds, .hint(0), .hint(480), .hint(9000)] {
                let newest = try messages.newest("r", count: 50, bounds: bounds)
                #expect(newest.map(\.seq) == Array(451...500))
            }
            #expect(try messages.newest("r", count: 1000, bounds: Self.bounds).count == 500)
            #expect(try messages.newest("r", count: 0, bounds: Self.bounds).isEmpty)
            #expect(try messages.newest("empty", count: 50, bounds: .hint(0)).isEmpty)
        }
    }

    @Test func `paging back from the end meets every message once`() async throws {
        try await withRoom { messages in
            var seen: [Int64] = []
            var before = ObjectID(high: .max, low: .max)
            while true {
                let page = try messages.page("r", before: before, limit: 37, bounds: Self.bounds)
                guard let oldest = page.first else { break }
                seen = page.map(\.seq) + seen
                before = oldest.id
            }
            #expect(seen == Array(1...500))
        }
    }

    @Test func `paging forward meets every message once`() async throws {
        try await withRoom { messages in
            var seen: [Int64] = []
            var after = ObjectID(high: 0, low: 0)
            while true {
                let page = try messages.after("r", id: after, limit: 37, bounds: Self.bounds)
                guard let newest = page.last else { break }
                seen += page.map(\.seq)
                after = newest.id
            }
            #expect(seen == Array(1...500))
        }
    }

    @Test func `an id that is no message counts as a time`() async throws {
        try await withRoom { messages in
            for seq in [1, 2, 17, 255, 499, 500] as [Int64] {
                let between = ObjectID(time: SampleMessages.id(seq).milliseconds + 500, counter: 0, random: 0)
                #expect(try messages.position(of: between, in: "r", bounds: Self.bounds) == seq + 1)
                let page = try messages.page("r", before: between, limit: 2, bounds: Self.bounds)
                #expect(page.map(\.seq) == Array(max(1, seq - 1)...seq))
                let after = try messages.after("r", id: between, limit: 2, bounds: Self.bounds)
                #expect(after.map(\.seq) == [seq + 1, seq + 2].filter { $0 <= 500 })
            }
            let early = ObjectID(time: 0, counter: 0, random: 0)
            #expect(try messages.page("r", before: early, limit: 2, bounds: Self.bounds).isEmpty)
            #expect(try messages.after("r", id: early, limit: 2, bounds: Self.bounds).map(\.seq) == [1, 2])
        }
    }

    @Test func `an id of another room counts as a time`() async throws {
        try await withRoom { messages in
            let foreign = SampleMessages.make("s", 1...1).map { message in
                var message = message
                message.id = ObjectID(time: SampleMessages.id(100).milliseconds + 1, counter: 0, random: 1)
                return message
            }
            _ = try messages.insert(foreign)
            let page = try messages.page("r", before: foreign[0].id, limit: 3, bounds: .hint(0))
            #expect(page.map(\.seq) == [98, 99, 100])
        }
    }

    @Test func `history begins where retention left it`() async throws {
        try await TestDatabase.with { client in
            try await client.messages("test") { messages in
                _ = try messages.insert(SampleMessages.make("r", 300...500))
                let bounds = MessageRepository.Bounds.known(lastSeq: 500, firstSeq: 300)
                let page = try messages.page("r", before: SampleMessages.id(303), limit: 50, bounds: bounds)
                #expect(page.map(\.seq) == [300, 301, 302])
                #expect(try messages.page("r", before: SampleMessages.id(300), limit: 5, bounds: bounds).isEmpty)
                // The first number was raised after it was read.
                let old = MessageRepository.Bounds.known(lastSeq: 500, firstSeq: 100)
                #expect(try messages.position(of: SampleMessages.id(200), in: "r", bounds: old) <= 300)
                #expect(try messages.newest("r", count: 300, bounds: old).count == 201)
            }
        }
    }

    @Test func `a page while others write has no gap`() async throws {
        try await TestDatabase.with { client in
            let writer = Task {
                for start in stride(from: Int64(1), to: 400, by: 20) {
                    _ = try await client.messages("write") {
                        try $0.insert(SampleMessages.make("r", start...start + 19))
                    }
                }
            }
            var last: Int64 = 0
            while last < 400 {
                let hint = last
                let page = try await client.messages("read") { messages in
                    try messages.newest("r", count: 30, bounds: .hint(hint))
                }
                if let first = page.first, let end = page.last {
                    #expect(page.map(\.seq) == Array(first.seq...end.seq))
                    #expect(end.seq >= last)
                    last = end.seq
                }
            }
            try await writer.value
        }
    }
}
