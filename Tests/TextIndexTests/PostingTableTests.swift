import Testing

@testable import TextIndex

@Suite struct PostingTableTests {
    private static func random(_ random: inout SeededGenerator, places: Int) -> [UInt32: Set<Int>] {
        var lists: [UInt32: Set<Int>] = [:]
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            let count = [1, 2, 30, places][Int.random(in: 0...3, using: &random)]
            let gram = UInt32.random(in: 0 ... .max, using: &random)
            lists[gram] = Set((0..<count).map { _ in Int.random(in: 0..<places, using: &random) })
        }
        return lists
    }

    private static func postings(_ lists: [UInt32: Set<Int>]) -> Postings {
        var postings = Postings()
        for (gram, places) in lists {
            for place in places {
                postings.append(Gram(hash: gram), at: place)
                if place % 3 == 0 { postings.append(Gram(hash: gram), at: place) }
            }
        }
        return postings
    }

    @Test("A table gives back what was put in, and so do the tables by gram")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for places in [1, 8, 512, 16_384] {
            for _ in 0..<20 {
                let lists = Self.random(&random, places: places)
                var postings = Self.postings(lists)
                postings.appendUnindexed(places - 1)
                let table = try #require(PostingTable(PostingTable.encode(postings)))
                let buckets = PostingTable.encodeBuckets(postings)
                #expect(buckets.count == 256)
                for (gram, expected) in lists {
                    let gram = Gram(hash: gram)
                    let bucket = try #require(PostingTable(buckets[PostingTable.bucket(of: gram)]))
                    for table in [table, bucket] {
                        var set = OffsetSet()
                        #expect(table.insert(gram, into: &set))
                        #expect(set.descending == expected.union([places - 1]).sorted(by: >))
                    }
                }
                var copy = Postings()
                #expect(table.postings(into: &copy))
                #expect(PostingTable.encode(copy) == PostingTable.encode(postings))
            }
        }
    }

    @Test("A gram that is not there has no messages but those that are not indexed")
    func absent() throws {
        var postings = Postings()
        postings.append(Gram(hash: 7), at: 3)
        postings.appendUnindexed(5)
        let table = try #require(PostingTable(PostingTable.encode(postings)))
        var set = OffsetSet()
        #expect(table.insert(Gram(hash: 8), base: 100, into: &set))
        #expect(set.descending == [105])
    }

    @Test("Damaged bytes are refused or lead to wrong places, and never further")
    func damaged() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            var bytes = PostingTable.encode(Self.postings(Self.random(&random, places: 512)))
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 1:
                bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            default:
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
            }
            guard let table = PostingTable(bytes) else { continue }
            var set = OffsetSet()
            var postings = Postings()
            _ = table.insert(Gram(hash: .random(in: 0 ... .max, using: &random)), into: &set)
            _ = table.postings(into: &postings)
        }
        #expect(PostingTable([]) == nil)
        #expect(PostingTable([255, 255, 255, 255, 0, 0, 0, 0]) == nil)
    }

    @Test("Messages beyond what a block may hold are not indexed, the longest first, and always named")
    func budget() throws {
        func grams(_ count: Int) -> [Gram] { (0..<count).map { Gram(hash: UInt32($0)) } }
        var postings = Postings()
        postings.append([(0, grams(Postings.budget)), (1, grams(10)), (2, grams(Postings.budget / 2))])
        #expect(postings.unindexed == [0])
        let table = try #require(PostingTable(PostingTable.encode(postings)))
        var set = OffsetSet()
        #expect(table.insert(Gram(hash: .max), into: &set))
        #expect(set.descending == [0])
    }
}
