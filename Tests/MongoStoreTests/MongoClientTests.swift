import BSON
import Dispatch
import Synchronization
import Testing

@testable import MongoStore

/// The pool without any server: nothing is connected before a job asks for it.
@Suite struct MongoClientTests {
    private func client(threads: Int, queue: Int = 1024) throws -> MongoClient {
        try MongoClient(
            MongoConfiguration(
                uri: "mongodb://127.0.0.1:1/?maxPoolSize=\(threads)", database: "none", maximumQueuedJobs: queue))
    }

    /// Keeps all threads of a client busy until it is released.
    private struct Plug {
        let gate = DispatchSemaphore(value: 0)
        let threads: Int
        let jobs: [Task<Void, any Error>]

        init(_ client: MongoClient, threads: Int) async {
            self.threads = threads
            let (stream, begun) = AsyncStream.makeStream(of: Void.self)
            jobs = (0..<threads).map { [gate] _ in
                Task {
                    try await client.run("plug") { _ in
                        begun.yield()
                        gate.wait()
                    }
                }
            }
            var running = 0
            for await _ in stream {
                running += 1
                if running == threads { break }
            }
        }

        func release() async throws {
            for _ in 0..<threads { gate.signal() }
            for job in jobs { try await job.value }
        }
    }

    @Test func `a job past its deadline fails while every thread is stuck`() async throws {
        let client = try client(threads: 2)
        let plug = await Plug(client, threads: 2)
        let ran = Atomic(false)
        let began = ContinuousClock.now
        let error = await #expect(throws: MongoError.self) {
            try await client.run(deadline: .milliseconds(50), "late") { _ in ran.store(true, ordering: .relaxed) }
        }
        #expect(error?.code == .timeout)
        #expect(error?.outcomeUnknown == false)
        #expect(error?.message.contains("late") == true)
        #expect(.now - began < .seconds(5))
        try await plug.release()
        await client.shutdown()
        let hasRun = ran.load(ordering: .relaxed)
        #expect(!hasRun)
    }

    @Test func `a shorter deadline behind a longer one is kept`() async throws {
        let client = try client(threads: 1)
        let plug = await Plug(client, threads: 1)
        let patient = Task { try await client.run(deadline: .seconds(60), "patient") { _ in 1 } }
        let error = await #expect(throws: MongoError.self) {
            try await client.run(deadline: .milliseconds(20), "hasty") { _ in }
        }
        #expect(error?.code == .timeout)
        try await plug.release()
        #expect(try await patient.value == 1)
        await client.shutdown()
    }

    @Test func `a full queue refuses at once`() async throws {
        let client = try client(threads: 1, queue: 0)
        // With no room to wait, not even the idle thread's first job gets in.
        let error = await #expect(throws: MongoError.self) { try await client.run("one") { _ in } }
        #expect(error?.code == .poolExhausted)
        await client.shutdown()
    }

    @Test func `cancelling takes a waiting job out`() async throws {
        let client = try client(threads: 1)
        let plug = await Plug(client, threads: 1)
        let ran = Atomic(false)
        let job = Task { try await client.run("cancelled") { _ in ran.store(true, ordering: .relaxed) } }
        job.cancel()
        await #expect(throws: CancellationError.self) { try await job.value }
        try await plug.release()
        await client.shutdown()
        let hasRun = ran.load(ordering: .relaxed)
        #expect(!hasRun)
    }

    @Test func `a thousand cancelled and late jobs end exactly once each`() async throws {
        let client = try client(threads: 2)
        let ended = await withTaskGroup(of: Int.self) { group in
            for index in 0..<1000 {
                group.addTask {
                    let job = Task {
                        try await client.run(deadline: .microseconds(index), "storm") { _ in index }
                    }
                    if index % 3 == 0 { job.cancel() }
                    _ = await job.result
                    return 1
                }
            }
            return await group.reduce(0, +)
        }
        #expect(ended == 1000)
        await client.shutdown()
    }

    @Test func `shutdown lets running jobs finish, fails waiting and later ones`() async throws {
        let client = try client(threads: 1)
        let plug = await Plug(client, threads: 1)
        let waiting = Task { try await client.run("waiting") { _ in } }
        let late = Task {
            let error = await #expect(throws: MongoError.self) { try await waiting.value }
            #expect(error?.code == .shutdown)
            try await plug.release()
        }
        // The job may not be queued yet: then it is refused, with the same error.
        await client.shutdown()
        try await late.value
        let error = await #expect(throws: MongoError.self) { try await client.run("after") { _ in } }
        #expect(error?.code == .shutdown)
        await client.shutdown()
    }

    @Test func `what a job throws comes back`() async throws {
        struct Own: Error {}
        let client = try client(threads: 1)
        await #expect(throws: Own.self) { try await client.run("throwing") { _ in throw Own() } }
        await client.shutdown()
    }

    @Test func `a lane runs its jobs in order, one at a time, and finishes them at shutdown`() async throws {
        let client = try client(threads: 1)
        let lane = try client.makeLane(name: "lane-test")
        let done = Mutex<[Int]>([])
        for index in 0..<1000 {
            let accepted = lane.enqueue { _ in done.withLock { $0.append(index) } }
            #expect(accepted)
        }
        await lane.shutdown()
        let order = done.withLock { $0 }
        #expect(order == Array(0..<1000))
        let accepted = lane.enqueue { _ in Issue.record("ran after shutdown") }
        #expect(!accepted)
        await client.shutdown()
    }

    @Test func `shutting the client down shuts its lanes down`() async throws {
        let client = try client(threads: 1)
        let lane = try client.makeLane(name: "lane-test")
        let ran = Atomic(false)
        lane.enqueue { _ in ran.store(true, ordering: .relaxed) }
        await client.shutdown()
        let hasRun = ran.load(ordering: .relaxed)
        #expect(hasRun)
        let accepted = lane.enqueue { _ in }
        #expect(!accepted)
        #expect(throws: MongoError.self) { try client.makeLane(name: "late") }
    }

    @Test func `lanes that ended make room for others`() async throws {
        let client = try client(threads: 1)
        for _ in 0..<300 {
            let lane = try client.makeLane(name: "lane-test")
            await lane.shutdown()
        }
        await client.shutdown()
    }
}
