import BSON
import CoreMetrics
import Synchronization
import Testing

@testable import MongoStore

@Suite struct MetricsTests {
    @Test func `every command's duration is a timer by command and outcome`() async throws {
        let factory = RecordingFactory()
        let metrics = CommandMetrics(factory: factory)
        "find".withCString { metrics.record($0, succeeded: true, microseconds: 1500) }
        "find".withCString { metrics.record($0, succeeded: true, microseconds: 20) }
        "find".withCString { metrics.record($0, succeeded: false, microseconds: 7) }
        metrics.record(nil, succeeded: true, microseconds: 1)
        #expect(factory.recorded("find", "ok") == [1_500_000, 20_000])
        #expect(factory.recorded("find", "error") == [7000])
    }

    @Test func `the driver reports its commands`() async throws {
        let factory = RecordingFactory()
        try await TestDatabase.with { client in
            let uri = try ConnectionString(client.configuration.uri)
            let pool = try DriverPool(uri, size: 1, metrics: CommandMetrics(factory: factory))
            let taken = try pool.take()
            let configuration = client.configuration
            // Blocks: not on the pool of the tests.
            let thread = try WorkerThread(name: "test") {
                let connection = MongoConnection(taken, configuration)
                _ = try? connection.find("things", [:])
                _ = try? connection.command(["nonsense": 1])
            }
            await WorkerThread.join([thread])
        }
        #expect(factory.recorded("find", "ok").count == 1)
        #expect(factory.recorded("nonsense", "error").count == 1)
    }
}

/// Keeps what the timers were told, by command and outcome. It is not the process' factory, so tests do not share it.
private final class RecordingFactory: MetricsFactory {
    private final class Handler: TimerHandler {
        let values = Mutex<[Int64]>([])

        func recordNanoseconds(_ duration: Int64) {
            values.withLock { $0.append(duration) }
        }
    }

    private let timers = Mutex<[String: Handler]>([:])

    func recorded(_ command: String, _ outcome: String) -> [Int64] {
        let handler = timers.withLock { $0["\(command) \(outcome)"] }
        return handler?.values.withLock { $0 } ?? []
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard label == "mongodb_command_duration", dimensions.map(\.0) == ["command", "outcome"] else {
            return NOOPMetricsHandler.instance
        }
        return timers.withLock { timers in
            let handler = Handler()
            timers[dimensions.map(\.1).joined(separator: " ")] = handler
            return handler
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        NOOPMetricsHandler.instance
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        NOOPMetricsHandler.instance
    }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
