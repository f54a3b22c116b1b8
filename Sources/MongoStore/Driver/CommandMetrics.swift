internal import CMongoC
internal import Metrics
internal import Synchronization

/// Durations of the commands as the timer `mongodb_command_duration`, by command and outcome (`ok` or `error`).
/// An answer of `ok: 1` with write errors in it counts as `ok`.
final class CommandMetrics: Sendable {
    private struct Key: Hashable {
        var command: String
        var succeeded: Bool
    }

    /// The commands are a dozen, so this stays small.
    private let timers = Mutex<[Key: Timer]>([:])
    private let factory: any MetricsFactory

    init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
    }

    /// Hears of every command of the pool's clients. The pool must not outlive this object.
    func install(in pool: OpaquePointer) {
        let callbacks = mongoc_apm_callbacks_new()
        mongoc_apm_set_command_succeeded_cb(callbacks) { event in
            CommandMetrics.of(mongoc_apm_command_succeeded_get_context(event))?.record(
                mongoc_apm_command_succeeded_get_command_name(event), succeeded: true,
                microseconds: mongoc_apm_command_succeeded_get_duration(event))
        }
        mongoc_apm_set_command_failed_cb(callbacks) { event in
            CommandMetrics.of(mongoc_apm_command_failed_get_context(event))?.record(
                mongoc_apm_command_failed_get_command_name(event), succeeded: false,
                microseconds: mongoc_apm_command_failed_get_duration(event))
        }
        mongoc_client_pool_set_apm_callbacks(pool, callbacks, Unmanaged.passUnretained(self).toOpaque())
        mongoc_apm_callbacks_destroy(callbacks)
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> CommandMetrics? {
        context.map { Unmanaged<CommandMetrics>.fromOpaque($0).takeUnretainedValue() }
    }

    func record(_ command: UnsafePointer<CChar>?, succeeded: Bool, microseconds: Int64) {
        guard let command else { return }
        let key = Key(command: String(cString: command), succeeded: succeeded)
        let timer = timers.withLock { timers in
            if let known = timers[key] { return known }
            let made = Timer(
                label: "mongodb_command_duration",
                dimensions: [("command", key.command), ("outcome", succeeded ? "ok" : "error")], factory: factory)
            timers[key] = made
            return made
        }
        timer.recordMicroseconds(microseconds)
    }
}
