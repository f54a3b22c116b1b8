import TestSupport

/// Runs of the real `migrate`.
enum MigrateProgram {
    struct Result: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    static func start(_ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess {
        // What the one who runs the tests has set is not meant for these.
        let neutral = ["MONGODB_URI": "", "MONGODB_DATABASE": ""]
        return try ChildProcess(
            try TestEnvironment.migrate(), arguments, environment: neutral.merging(environment) { _, new in new })
    }

    static func start(_ arguments: [String], on scratch: Scratch) throws -> ChildProcess {
        try start(arguments + ["--uri", scratch.uri, "--database", scratch.database])
    }

    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Result {
        await result(of: try start(arguments, environment: environment))
    }

    static func run(_ arguments: [String], on scratch: Scratch) async throws -> Result {
        await result(of: try start(arguments, on: scratch))
    }

    static func result(of process: ChildProcess) async -> Result {
        let status = await process.ended()
        return Result(status: status, output: process.text(.output), errors: process.text(.error))
    }
}
