package import Foundation
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A database server of one test's own, which the test may kill and start again.
///
/// The environment variable `SECANTUS_BIN` names the `secantusd-py` to start. It listens on a free port of 127.0.0.1,
/// which it keeps over restarts, with a temporary folder, which goes with this object. Ends with ``stop()``, with the
/// last reference, or with the process of the test, however that ends.
package final class EmbeddedDatabase: Sendable {
    package struct Options: Sendable {
        /// Every commit reaches the disk before it is acknowledged.
        package var syncOnCommit = true
        /// `configureFailPoint` and the like.
        package var testCommands = true
        /// Clients must log in (SCRAM); users made before stay.
        package var authentication = false
        /// PEM files; both or none.
        package var tlsCertificateFile: String?
        package var tlsKeyFile: String?
        /// Further flags of the server.
        package var arguments: [String] = []
        /// Instead of a temporary folder; not removed at the end.
        package var folder: URL?
        /// Instead of a free port.
        package var port = 0

        package init() {}
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private struct State {
        var options: Options
        var server: ServerProcess?
    }

    /// The data folder.
    package let folder: URL
    private let state: Mutex<State>
    private let watchdog: Watchdog

    private init(_ options: Options) throws {
        folder =
            options.folder
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("tertulia-db-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        state = Mutex(State(options: options))
        watchdog = try Watchdog(removing: options.folder == nil ? folder : nil)
    }

    deinit {
        state.withLock { $0.server }?.signal(SIGKILL)
    }

    /// Starts a server and returns when it takes connections.
    package static func start(_ options: Options = Options()) async throws -> EmbeddedDatabase {
        let database = try EmbeddedDatabase(options)
        try await database.restart()
        return database
    }

    /// The port, also while the server is down.
    package var port: Int {
        state.withLock { $0.options.port }
    }

    /// `mongodb://127.0.0.1:PORT/`
    package var uri: String {
        "mongodb://127.0.0.1:\(port)/"
    }

    /// Whether it was started and neither killed nor stopped since.
    package var isRunning: Bool {
        state.withLock { $0.server != nil }
    }

    /// SIGKILL: nothing is flushed, connections break. Returns when the process is gone.
    package func kill() async {
        await end(SIGKILL)
    }

    /// SIGTERM. Returns when the process is gone.
    package func stop() async {
        await end(SIGTERM)
    }

    /// Stops the server if it runs, and starts it on the same port and folder.
    /// - Parameter options: from now on; port and folder stay. Nil: as before.
    package func restart(_ options: Options? = nil) async throws {
        await stop()
        let options = state.withLock { state in
            if let options {
                let port = state.options.port
                state.options = options
                state.options.port = port
            }
            return state.options
        }
        let server = try ServerProcess(arguments(options))
        watchdog.watch(server.identifier)
        let port = try await server.port()
        state.withLock { state in
            state.options.port = port
            state.server = server
        }
    }

    private func end(_ signal: Int32) async {
        let server = state.withLock { state in
            defer { state.server = nil }
            return state.server
        }
        guard let server else { return }
        server.signal(signal)
        await server.ended()
        watchdog.watch(nil)
    }

    private func arguments(_ options: Options) -> [String] {
        // Port and address are read from the line it logs at INFO.
        var arguments = [
            "--host", "127.0.0.1", "--port", "\(options.port)", "--storage-path", folder.path, "--log-level", "INFO",
        ]
        if options.syncOnCommit { arguments.append("--sync-on-commit") }
        if options.testCommands { arguments.append("--enable-test-commands") }
        if options.authentication { arguments.append("--auth") }
        if let file = options.tlsCertificateFile { arguments += ["--tls-cert-file", file] }
        if let file = options.tlsKeyFile { arguments += ["--tls-key-file", file] }
        return arguments + options.arguments
    }
}

/// One run of the server: its process and what it logs.
private final class ServerProcess: Sendable {
    private enum Event: Sendable {
        case listening(Int)
        case ended
    }

    private struct Log {
        var text = ""
        var port: Int?
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let process: Process
    let identifier: Int32
    private let log: Arc<Mutex<Log>>
    // Kept: its handler goes with it.
    private let output = Pipe()

    init(_ arguments: [String]) throws {
        guard let path = ProcessInfo.processInfo.environment["SECANTUS_BIN"] else {
            throw EmbeddedDatabase.Failure(
                description: "SECANTUS_BIN is not set: it names the secantusd-py to test with. scripts/test sets it.")
        }
        let log = Arc(Mutex(Log()))
        self.log = log
        process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            Self.add(String(decoding: data, as: UTF8.self), to: log)
        }
        process.terminationHandler = { _ in
            Self.wake(log) { $0.hasEnded = true }
        }
        try process.runReachableBySignals()
        identifier = process.processIdentifier
        ProcessEnd.watch(identifier) { _ in
            Self.wake(log) { $0.hasEnded = true }
        }
    }

    deinit {
        signal(SIGKILL)
        output.fileHandleForReading.readabilityHandler = nil
    }

    func signal(_ number: Int32) {
        // Not after its end: the number could be another process' by then.
        log.value.withLock { log in
            if !log.hasEnded { _ = kill(identifier, number) }
        }
    }

    /// Waits until the process is gone.
    func ended() async {
        while !log.value.withLock({ $0.hasEnded }) { await change { $0.hasEnded } }
    }

    /// Waits until the server listens, and says where.
    func port() async throws -> Int {
        while true {
            let (port, hasEnded, text) = log.value.withLock { ($0.port, $0.hasEnded, $0.text) }
            if let port { return port }
            if hasEnded { throw EmbeddedDatabase.Failure(description: "the database did not start: \(text)") }
            await change { $0.port != nil || $0.hasEnded }
        }
    }

    private func change(_ condition: (Log) -> Bool) async {
        await withCheckedContinuation { continuation in
            let already = log.value.withLock { log in
                if !condition(log) { log.waiting.append(continuation) }
                return condition(log)
            }
            if already { continuation.resume() }
        }
    }

    private static func add(_ text: String, to log: Arc<Mutex<Log>>) {
        wake(log) { log in
            log.text = String((log.text + text).suffix(4000))
            guard log.port == nil, let found = log.text.firstRange(of: "listening on 127.0.0.1:") else { return }
            let rest = log.text[found.upperBound...]
            // Only a whole line: the number may come in two parts.
            guard let end = rest.firstIndex(where: \.isNewline) else { return }
            log.port = Int(rest[..<end].prefix { $0.isNumber })
        }
    }

    private static func wake(_ log: Arc<Mutex<Log>>, _ change: (inout Log) -> Void) {
        let waiting = log.value.withLock { log in
            change(&log)
            defer { log.waiting = [] }
            return log.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// A shell that ends the server and removes its folder when its input ends: with the database's last reference, or with
/// the process of the test, however that ends.
private final class Watchdog: Sendable {
    private let lifeline = Pipe()

    /// - Parameter folder: nil: none is removed.
    init(removing folder: URL?) throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c",
            """
            while read -r line; do server=$line; done
            if [ -n "$server" ]; then kill -9 "$server"; fi
            if [ -n "$1" ]; then rm -rf "$1" || rm -rf "$1"; fi
            """,
            "watchdog", folder?.path ?? "",
        ]
        shell.standardInput = lifeline
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.runReachableBySignals()
    }

    deinit {
        try? lifeline.fileHandleForWriting.close()
    }

    /// The process to end; nil when it has ended, since its number may be another's then.
    func watch(_ identifier: Int32?) {
        try? lifeline.fileHandleForWriting.write(contentsOf: Data("\(identifier.map(String.init) ?? "")\n".utf8))
    }
}

extension Process {
    /// Threads of the cooperative pool block all signals, and a process inherits that from the thread that starts it:
    /// SIGTERM would never arrive. So none are blocked while it starts.
    package func runReachableBySignals() throws {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}

/// A reference to something that cannot be copied.
private final class Arc<Value: ~Copyable & Sendable>: Sendable {
    let value: Value

    init(_ value: consuming Value) {
        self.value = value
    }
}
