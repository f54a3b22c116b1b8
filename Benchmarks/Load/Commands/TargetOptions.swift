import ArgumentParser
import Glibc

/// The options that all commands with sockets share.
struct TargetOptions: ParsableArguments {
    @Option(help: "The service's port on 127.0.0.1.")
    var port: UInt16

    @Option(help: "The secret of the tokens (CHAT_JWT_SECRET).")
    var secret: String

    @Flag(name: .customLong("v2"), help: "Speak the chat.v2 dialect.")
    var secondDialect = false

    @Option(help: "The beginning of the rooms' names.")
    var roomPrefix = "bench-"

    @Option(help: "Connections that may be opening at a time.")
    var atOnce = 256

    @Option(name: .customLong("watch"), help: "A process whose CPU and memory are told, as name=pid. May be repeated.")
    var watched: [WatchedProcess] = []

    func target() throws -> Target {
        try Target(port: port, secret: secret, dialect: secondDialect ? .second : .basic)
    }

    func roomNames(_ count: Int) -> [String] {
        (0..<count).map { roomPrefix + Engine.padded($0) }
    }

    /// Lifts this process's limit of open files as far as the system lets it.
    /// - Throws: `LoadError` when that is too little.
    func needSockets(_ count: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur >= rlim_t(count + 16) else {
            throw LoadError("\(count) sockets are more than this process may open (\(limit.rlim_cur) files)")
        }
    }
}
