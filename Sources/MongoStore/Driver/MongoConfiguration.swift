package import Logging

/// How a ``MongoClient`` reaches its database.
package struct MongoConfiguration: Sendable {
    /// A connection string with any of libmongoc's options (TLS, SCRAM, replica set, concerns, `maxPoolSize`, …).
    ///
    /// What it does not name gets these values: `appName=tertulia`, `w=majority`, `journal=true`,
    /// `readConcernLevel=majority`, `serverSelectionTimeoutMS=3000`, `connectTimeoutMS=3000`, `socketTimeoutMS=30000`,
    /// `maxPoolSize=8`, `heartbeatFrequencyMS=2000`. `w=0` is refused: nothing could be acknowledged.
    package var uri: String
    /// The database of every operation that does not name one.
    package var database: String
    package var logger: Logger
    /// How many jobs may wait for a free thread; more fail at once with `.poolExhausted`.
    package var maximumQueuedJobs: Int
    /// How long a job waits for a free thread unless it says otherwise.
    package var defaultDeadline: Duration
    /// How long ``MongoConnection/withTransaction(_:)`` goes on retrying.
    package var transactionTimeLimit: Duration

    package init(
        uri: String, database: String, logger: Logger = Logger(label: "mongo"), maximumQueuedJobs: Int = 1024,
        defaultDeadline: Duration = .seconds(10), transactionTimeLimit: Duration = .seconds(15)
    ) {
        self.uri = uri
        self.database = database
        self.logger = logger
        self.maximumQueuedJobs = maximumQueuedJobs
        self.defaultDeadline = defaultDeadline
        self.transactionTimeLimit = transactionTimeLimit
    }
}

extension MongoConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without the password.
    package var description: String {
        "\(ConnectionString.redacted(uri)), database \(database)"
    }

    package var debugDescription: String {
        description
    }

    /// So that `dump` and interpolation into a log show no password either.
    package var customMirror: Mirror {
        Mirror(self, children: ["uri": ConnectionString.redacted(uri), "database": database])
    }
}
