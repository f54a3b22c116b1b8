internal import CMongoC
internal import Logging
internal import Synchronization

/// libmongoc's process-wide state: started once, never stopped.
enum MongoRuntime {
    /// What must never be printed: passwords and tokens of the connection strings in use.
    private static let secrets = Mutex<Set<String>>([])

    private static let started: Void = {
        mongoc_init()
        mongoc_log_set_handler(
            { level, domain, message, _ in
                MongoRuntime.log(level, domain: domain, message: message)
            }, nil)
        // Shown in the server's log beside the address. Fails only when set twice.
        _ = mongoc_handshake_data_append("tertulia", nil, "Swift")
    }()

    /// Starts libmongoc if that has not been done. Any thread, any number of times.
    static func start() {
        started
    }

    /// Keeps `secret` out of every later log line and error message.
    static func register(secret: String) {
        // A short one would blot out innocent text.
        guard secret.utf8.count >= 4 else { return }
        _ = secrets.withLock { $0.insert(secret) }
    }

    /// `text` with each registered secret replaced by `***`.
    static func redact(_ text: String) -> String {
        let known = secrets.withLock { $0 }
        guard !known.isEmpty else { return text }
        return known.reduce(text) { $0.replacing($1, with: "***") }
    }

    /// Warnings about what is nothing to worry about: the server has ended the transaction already; a server that is
    /// away at shutdown ends the sessions by itself after half an hour.
    private static let harmless = ["Error in abortTransaction", "Couldn't send \"endSessions\""]

    private static func log(
        _ level: mongoc_log_level_t, domain: UnsafePointer<CChar>?, message: UnsafePointer<CChar>?
    ) {
        let text = redact(message.map { String(cString: $0) } ?? "")
        let swiftLevel: Logger.Level =
            switch level {
            case MONGOC_LOG_LEVEL_WARNING where harmless.contains(where: text.hasPrefix): .debug
            case MONGOC_LOG_LEVEL_CRITICAL: .critical
            case MONGOC_LOG_LEVEL_ERROR: .error
            case MONGOC_LOG_LEVEL_WARNING: .warning
            case MONGOC_LOG_LEVEL_MESSAGE: .notice
            case MONGOC_LOG_LEVEL_INFO: .info
            case MONGOC_LOG_LEVEL_DEBUG: .debug
            default: .trace
            }
        // Made anew: libmongoc seldom logs, and the application may set up logging after the first client.
        Logger(label: "mongoc").log(
            level: swiftLevel, "\(text)", metadata: ["domain": "\(domain.map { String(cString: $0) } ?? "")"])
    }
}
