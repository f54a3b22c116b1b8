import Foundation

/// What scripts/test tells the tests.
package enum TestEnvironment {
    /// The database server of the tests.
    package static func mongoURI() throws -> String { try value("MONGODB_TEST_URI") }
    /// The `chat` program.
    package static func chat() throws -> String { try value("CHAT_BIN") }
    /// The `migrate` program.
    package static func migrate() throws -> String { try value("MIGRATE_BIN") }

    /// A name for a database of one test's own.
    package static func randomDatabaseName() -> String {
        "test_" + String(UInt64.random(in: 0 ... .max), radix: 36)
    }

    private static func value(_ name: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
            throw ChildProcess.Failure("\(name) is not set; run the tests with scripts/test, which sets it")
        }
        return value
    }
}
