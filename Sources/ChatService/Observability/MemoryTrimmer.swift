import CMalloc
import ServiceLifecycle

/// Gives memory back to the system after a storm of sockets: what opening or closing thousands at once needs for a moment
/// stays with the allocator else. (Of 10,000 that open, some 10 MB.) It costs a few milliseconds, when little happens.
struct MemoryTrimmer: Service {
    static let interval: Duration = .milliseconds(500)

    let sockets: OpenSockets

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var storm = StormWatch()
            while true {
                try await Task.sleep(for: Self.interval)
                if storm.isOver(at: sockets.changes) { malloc_trim(0) }
            }
        }
    }
}

/// Sees when many sockets came or went and few do any more. A value without I/O.
struct StormWatch {
    /// So many since little happened are a storm.
    static let manyChanges = 1_000
    /// So few between two looks are none.
    static let fewChanges = 50

    private var seen = 0
    private var calmSince = 0

    /// - Parameter changes: how many sockets came or went since the start.
    /// - Returns: whether a storm has just ended.
    mutating func isOver(at changes: Int) -> Bool {
        defer { seen = changes }
        guard changes - seen < Self.fewChanges else { return false }
        defer { calmSince = changes }
        return changes - calmSince >= Self.manyChanges
    }
}
