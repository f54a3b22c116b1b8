import ServiceLifecycle

/// Something that only has to be ended, in its turn of the graceful shutdown.
struct ShutdownService: Service {
    let end: @Sendable () async -> Void

    func run() async throws {
        try? await gracefulShutdown()
        await end()
    }
}
