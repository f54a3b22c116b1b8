import ServiceLifecycle

/// Says once that the storage of the benchmarks is ready, which it always is.
struct NullMonitor: Service {
    let health: ServiceHealth
    let onReady: @Sendable () -> Void

    func run() async throws {
        _ = health.set(.ready)
        onReady()
        try? await gracefulShutdown()
    }
}
