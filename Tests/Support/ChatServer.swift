import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The real service, as a process of one test's own, on a free port.
package final class ChatServer: Sendable {
    /// Of the HS256 tokens that the service accepts.
    package static let secret = "a secret of the tests, of more than 32 bytes"

    /// `http://127.0.0.1:PORT`
    package let url: String
    package let process: ChildProcess

    private init(url: String, process: ChildProcess) {
        self.url = url
        self.process = process
    }

    /// Makes the schema of a database.
    package static func migrate(uri: String, database: String) async throws {
        let process = try ChildProcess(TestEnvironment.migrate(), ["up", "--uri", uri, "--database", database])
        guard await process.ended() == 0 else {
            throw ChildProcess.Failure("migrate up failed:\n\(process.text(.output))\n\(process.text(.error))")
        }
    }

    /// Starts the service and returns when it serves.
    package static func start(
        uri: String, database: String, port: Int = 0, environment: [String: String] = [:]
    ) async throws -> ChatServer {
        let process = try launch(uri: uri, database: database, port: port, environment: environment)
        let url = try await process.line(startingWith: "ready ", on: .output, within: .seconds(60))
        return ChatServer(url: url, process: process)
    }

    /// Starts the service without waiting until it serves.
    package static func launch(
        uri: String, database: String, port: Int = 0, environment: [String: String] = [:]
    ) throws -> ChildProcess {
        var settings = [
            "MONGODB_URI": uri, "MONGODB_DATABASE": database, "CHAT_PORT": "\(port)", "CHAT_HOST": "127.0.0.1",
            "CHAT_JWT_SECRET": secret, "CHAT_WEB": "", "CHAT_LOG_LEVEL": "info",
            // A test sends as fast as it can; one about the limit sets it.
            "CHAT_FRAMES_PER_SECOND": "0", "CHAT_FLOOD_MESSAGES": "0",
            // The machine may be busy: a search is to find all the same what there is.
            "CHAT_SEARCH_MILLISECONDS": "10000",
        ]
        settings.merge(environment) { _, new in new }
        return try ChildProcess(TestEnvironment.chat(), ["serve"], environment: settings)
    }

    package var port: Int { Int(url.split(separator: ":").last ?? "") ?? 0 }

    /// `ws://127.0.0.1:PORT`
    package var socketURL: String { url.replacingOccurrences(of: "http://", with: "ws://") }

    /// SIGTERM. Returns the exit status.
    @discardableResult
    package func stop() async -> Int32 {
        process.signal(SIGTERM)
        return await process.ended()
    }

    /// SIGKILL.
    package func kill() async {
        process.signal(SIGKILL)
        await process.ended()
    }
}
