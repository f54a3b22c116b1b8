import ArgumentParser
import Foundation
import Logging
import MongoStore

/// Which database; the same for all commands.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The server's connection string (else the environment's MONGODB_URI).")
    var uri: String?

    @Option(help: "The database (else the environment's MONGODB_DATABASE, else chat).")
    var database: String?

    @Option(
        help: ArgumentHelp(
            "How many seconds to wait for a database that is away, and for another run to end.", valueName: "seconds"))
    var wait = 60

    func validate() throws {
        guard (0...86_400).contains(wait) else { throw ValidationError("--wait is from 0 to 86400 seconds.") }
        _ = try resolvedURI()
        let name = resolvedDatabase
        // MongoDB's own rule for names.
        guard (1...63).contains(name.utf8.count), !name.contains(where: { "/\\. \"$*<>:|?\0".contains($0) }) else {
            throw ValidationError("\"\(name)\" is no name of a database.")
        }
    }

    var resolvedDatabase: String {
        Self.given(database) ?? Self.environment("MONGODB_DATABASE") ?? "chat"
    }

    private func resolvedURI() throws -> String {
        guard let uri = Self.given(uri) ?? Self.environment("MONGODB_URI") else {
            throw ValidationError("Which server? Give --uri mongodb://HOST:PORT, or set MONGODB_URI.")
        }
        return uri
    }

    private static func given(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A variable that is set to nothing counts as not set.
    private static func environment(_ name: String) -> String? {
        given(ProcessInfo.processInfo.environment[name])
    }

    /// Runs `body` with a migrator for this database, and ends the program with what it returns, or the code for what
    /// it throws.
    func run(_ body: @Sendable @escaping (Migrator) async throws(MigrationError) -> ExitStatus) async throws {
        let console = Console()
        do {
            let client = try client()
            let migrator = Migrator(
                client: client, options: Migrator.Options(wait: .seconds(wait)), report: { console.show($0) })
            let signals = Signals()
            let work = Task { () -> Result<ExitStatus, MigrationError> in
                do throws(MigrationError) {
                    return .success(try await body(migrator))
                } catch {
                    return .failure(error)
                }
            }
            signals.onFirst { name in
                console.complain("\(name): stopping after the piece of work at hand; once more to end at once.")
                work.cancel()
            }
            let result = await work.value
            await client.shutdown()
            switch result {
            case .success(.done): return
            case .success(let status): throw status.exit
            case .failure(let error): try end(with: error, signals, console)
            }
        } catch let error as MongoError {
            try end(with: MigrationError(.usage, error.message), nil, console)
        }
    }

    private func client() throws(MongoError) -> MongoClient {
        let uri: String
        do { uri = try resolvedURI() } catch { throw MongoError(.invalidURI, "no connection string") }
        var logger = Logger(label: "migrate", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        return try MongoClient(
            MongoConfiguration(
                uri: MigrationConnectionString.patient(uri), database: resolvedDatabase, logger: logger,
                transactionTimeLimit: .seconds(120)))
    }

    private func end(with error: MigrationError, _ signals: Signals?, _ console: Console) throws -> Never {
        var status = ExitStatus(error.code)
        if status == .interrupted, signals?.received == SIGTERM { status = .terminated }
        console.complain(
            status == .interrupted || status == .terminated
                ? "migrate: stopped; run it again to go on." : "migrate: \(error.message)")
        throw status.exit
    }
}
