import BSON
import Foundation
import Synchronization
import Testing

@Suite struct ObjectIDGeneratorTests {
    /// A wall clock that tests set.
    final class Clock: Sendable {
        let milliseconds: Atomic<Int64>

        init(_ milliseconds: Int64 = 1_700_000_000_000) {
            self.milliseconds = Atomic(milliseconds)
        }

        func generator(random: UInt64? = nil) -> ObjectIDGenerator {
            ObjectIDGenerator(wallClock: { self.milliseconds.load(ordering: .relaxed) }, random: random)
        }

        func set(_ value: Int64) {
            milliseconds.store(value, ordering: .relaxed)
        }
    }

    /// Runs the body on threads of its own, all at once, and gives back what they return.
    private func onThreads<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) -> Result
    ) async -> [Result] {
        await withTaskGroup(of: Result.self) { group in
            for index in 0..<count {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread { continuation.resume(returning: body(index)) }.start()
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("An id bears the time of the wall clock, counter 0 and the process's random bits")
    func parts() {
        let clock = Clock()
        let generator = clock.generator(random: 0xFF_0123_4567)
        #expect(generator.next() == ObjectID(time: 1_700_000_000_000, counter: 0, random: 0xFF_0123_4567))
        #expect(generator.next() == ObjectID(time: 1_700_000_000_000, counter: 1, random: 0xFF_0123_4567))
        clock.set(1_700_000_000_001)
        #expect(generator.next() == ObjectID(time: 1_700_000_000_001, counter: 0, random: 0xFF_0123_4567))
    }

    @Test("The system's clock is the time of day, and two generators differ in their random bits")
    func systemClock() {
        let (first, second) = (ObjectIDGenerator().next(), ObjectIDGenerator().next())
        let now = Date().timeIntervalSince1970 * 1000
        #expect(abs(Double(first.milliseconds) - now) < 60_000)
        #expect(first.high & 0xFF != second.high & 0xFF || first.low != second.low)
    }

    @Test("On many threads all ids differ and each thread's ids rise", arguments: ["running", "frozen", "stepping"])
    func threads(clockKind: String) async {
        let steps = Atomic<UInt64>(0)
        let generator = ObjectIDGenerator(wallClock: {
            switch clockKind {
            case "running": return ObjectIDGenerator.systemMilliseconds()
            case "frozen": return 1_700_000_000_000
            default:
                // Back and forth by up to an hour.
                let step = steps.add(1, ordering: .relaxed).newValue
                var random = SeededGenerator(seed: step)
                return 1_700_000_000_000 + Int64.random(in: -3_600_000...3_600_000, using: &random)
            }
        })
        let perThread = 20_000
        let made = await onThreads(8) { _ in (0..<perThread).map { _ in generator.next() } }
        for ids in made {
            #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        }
        #expect(Set(made.joined()).count == 8 * perThread)
        if clockKind == "frozen" {
            // Nothing is skipped either: 160,000 ids borrow 9 milliseconds.
            #expect(made.joined().max()?.milliseconds == 1_700_000_000_009)
        }
    }

    @Test("Processes whose clocks differ make greater ids after those that they observed")
    func causality() async {
        let clocks = (0..<4).map { _ in Clock() }
        let generators = clocks.map { $0.generator() }
        // The upper eight bytes of the highest id that any of them published.
        let published = Atomic<UInt64>(0)
        let results = await onThreads(4) { index in
            var random = SeededGenerator(seed: UInt64(index))
            for _ in 0..<5_000 {
                clocks[index].set(1_700_000_000_000 + Int64.random(in: -100_000...100_000, using: &random))
                let seen = ObjectID(high: published.load(ordering: .acquiring), low: .max)
                generators[index].observe(seen)
                let id = generators[index].next()
                if id <= seen { return false }
                published.max(id.high, ordering: .acquiringAndReleasing)
            }
            return true
        }
        #expect(results == [true, true, true, true])
    }

    @Test("A wall clock stepped back an hour does not stop the ids from rising")
    func steppedBack() {
        let clock = Clock()
        let generator = clock.generator()
        let before = generator.next()
        clock.set(1_700_000_000_000 - 3_600_000)
        let ids = (0..<1_000).map { _ in generator.next() }
        #expect(before < ids[0])
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.last?.milliseconds == 1_700_000_000_000)
        clock.set(1_700_000_000_001)
        #expect(generator.next().milliseconds == 1_700_000_000_001)
    }

    @Test("In a frozen clock the counter carries into the milliseconds and those into the seconds")
    func overflow() {
        let generator = Clock(1_700_000_000_998).generator(random: 0)
        var previous = generator.next()
        var carries: [ObjectID] = []
        for _ in 0..<3 * 16_384 {
            let id = generator.next()
            if id <= previous { Issue.record("\(id) after \(previous)") }
            if id.milliseconds != previous.milliseconds { carries.append(id) }
            previous = id
        }
        #expect(
            carries == [
                ObjectID(time: 1_700_000_000_999, counter: 0, random: 0),
                ObjectID(time: 1_700_000_001_000, counter: 0, random: 0),
                ObjectID(time: 1_700_000_001_001, counter: 0, random: 0),
            ])
    }

    @Test("After an observed id of the future all ids are greater, though its random bits are the highest")
    func observedFuture() {
        let generator = Clock().generator(random: 0)
        let seen = ObjectID(time: 1_700_000_900_000, counter: 5, random: .max)
        generator.observe(seen)
        #expect(generator.next() == ObjectID(time: 1_700_000_900_000, counter: 6, random: 0))
        generator.observe(ObjectID(time: 1_600_000_000_000, counter: 0, random: 0))
        #expect(generator.next() == ObjectID(time: 1_700_000_900_000, counter: 7, random: 0))
    }

    @Test("Ids of other drivers with more than 999 milliseconds carry into the next second", arguments: 999...1_023)
    func foreign(bits: UInt64) {
        let generator = Clock().generator(random: 0)
        let second: UInt64 = 1_700_000_900
        let seen = ObjectID(high: second << 32 | bits << 22 | 0x3F_FFFF, low: .max)
        generator.observe(seen)
        let id = generator.next()
        #expect(id > seen)
        #expect(id == ObjectID(time: 1_700_000_901_000, counter: 0, random: 0))
    }

    @Test("Random ids of any driver are observed in any order, and the next id is greater", arguments: testSeeds)
    func randomObservations(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let clock = Clock()
        let generator = clock.generator()
        var highest = ObjectID(high: 0, low: 0)
        for _ in 0..<300 {
            let seconds = UInt64(1_700_000_000 + Int64.random(in: -5...5, using: &random))
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let id = ObjectID(
                    high: seconds << 32 | random.next() & 0xFFFF_FFFF, low: UInt32(truncatingIfNeeded: random.next()))
                generator.observe(id)
                highest = max(highest, id)
            case 1:
                clock.set(Int64(seconds) * 1000 + Int64.random(in: 0...999, using: &random))
            default:
                let id = generator.next()
                #expect(id > highest)
                #expect(id.high >> 22 & 0x3FF <= 999)
                highest = id
            }
        }
    }

    @Test("At the end of the range nothing traps: ids of the last second are ignored, the last id repeats")
    func endOfRange() throws {
        let clock = Clock()
        let generator = clock.generator(random: 0)
        generator.observe(try #require(ObjectID("ffffffffffffffffffffffff")))
        #expect(generator.next().milliseconds == 1_700_000_000_000)
        generator.observe(try #require(ObjectID("fffffffeffffffffffffffff")))
        #expect(generator.next().description == "ffffffff0000000000000000")
        clock.set(.max)
        var previous = generator.next()
        for _ in 0..<20_000 {
            let id = generator.next()
            #expect(id >= previous)
            previous = id
        }
        #expect(generator.next() == previous)
        clock.set(.min)
        #expect(generator.next() == previous)
    }
}
