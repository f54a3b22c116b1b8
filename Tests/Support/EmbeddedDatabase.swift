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
        var server: ChildProcess?
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
        let server = try ChildProcess(Self.program(), arguments(options))
        watchdog.watch(server.identifier)
        let rest = try await server.line(
            containing: "listening on 127.0.0.1:", on: .error, within: .seconds(60))
        guard let port = Int(rest.prefix { $0.isNumber }) else {
            throw Failure(description: "no port: \(rest)")
        }
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

    private static func program() throws -> String {
        guard let path = ProcessInfo.processInfo.environment["SECANTUS_BIN"] else {
            throw Failure(
                description: "SECANTUS_BIN is not set: it names the secantusd-py to test with. scripts/test sets it.")
        }
        return path
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

/// A shell that ends the server and removes its folder when its input ends: with the database's last reference, or with
/// the process of the test, however that ends.
private final class Watchdog: Sendable {
    private let shell: SpawnedProcess

    /// - Parameter folder: nil: none is removed.
    init(removing folder: URL?) throws {
        let program = """
            while read -r line; do server=$line; done
            if [ -n "$server" ]; then kill -9 "$server"; fi
            if [ -n "$1" ]; then rm -rf "$1" || rm -rf "$1"; fi
            """
        shell = try SpawnedProcess(
            "/bin/sh", ["-c", program, "watchdog", folder?.path ?? ""], environment: ["PATH": "/usr/bin:/bin"],
            received: nil
        ) { _ in }
    }

    deinit { shell.closeInput() }

    /// The process to end; nil when it has ended, since its number may be another's then.
    func watch(_ identifier: Int32?) {
        try? shell.write(Array("\(identifier.map(String.init) ?? "")\n".utf8))
    }
}
