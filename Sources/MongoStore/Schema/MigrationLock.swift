internal import BSON

/// The lock that one run of `migrate` holds: a document of `schema_lock` with an expiry by the database's clock, which
/// its holder renews. Whoever waits takes it over when it expired, or when its holder, on the same machine, is dead.
struct MigrationLock: Sendable {
    static let id = "migrate"

    enum Attempt {
        /// From a holder that lost it, or from nobody.
        case taken(from: LockHolder?)
        case held(LockHolder)
    }

    /// Random, so that a second run of the same process is another one.
    let owner: String
    let expiryMilliseconds: Int64
    private let process: ProcessIdentity

    init(expiry: Duration, process: ProcessIdentity = .current) {
        owner = String(UInt64.random(in: 1 ... .max), radix: 36)
        expiryMilliseconds = Int64(expiry / .milliseconds(1))
        self.process = process
    }

    /// Tries once.
    /// - Parameter lapsed: a holder that was seen expired, and given time to renew since. Only such a one is replaced:
    ///   a server that is busy with an index may let a holder's renewals wait.
    func acquire(_ connection: MongoConnection, lapsed: LockHolder?) throws(MongoError) -> Attempt {
        let document = try document(connection)
        let outcome = try connection.insert(Schema.lock.name, [document])
        if outcome.writeErrors.isEmpty {
            if let error = outcome.writeConcernError { throw error }
            return .taken(from: nil)
        }
        guard let found = try connection.findOne(Schema.lock.name, ["_id": .string(Self.id)]) else {
            // Released in between; the next attempt gets it.
            return .held(LockHolder([:]))
        }
        let holder = LockHolder(found)
        // The insert of an attempt whose answer was lost.
        if holder.owner == owner { return .taken(from: nil) }
        guard holder == lapsed || process.hasEnded(holder.pid, machine: holder.machine) else { return .held(holder) }
        let replaced = try connection.update(
            Schema.lock.name, [UpdateOperation(filter: filter(holder.owner, beat: holder.beat), update: document)]
        ).checked()
        return replaced.matched == 1 ? .taken(from: holder) : .held(holder)
    }

    /// - Returns: false when it is somebody else's by now.
    func renew(_ connection: MongoConnection) throws(MongoError) -> Bool {
        let expiry = try now(connection) + expiryMilliseconds
        let renewal: BSONDocument = ["$set": ["expires_at": .datetime(milliseconds: expiry)], "$inc": ["beat": 1]]
        let outcome = try connection.update(
            Schema.lock.name,
            [UpdateOperation(filter: ["_id": .string(Self.id), "owner": .string(owner)], update: renewal)]
        ).checked()
        return outcome.matched == 1
    }

    func release(_ connection: MongoConnection) throws(MongoError) {
        try connection.delete(Schema.lock.name, ["_id": .string(Self.id), "owner": .string(owner)])
    }

    static func holder(_ connection: MongoConnection) throws(MongoError) -> LockHolder? {
        try connection.findOne(Schema.lock.name, ["_id": .string(id)]).map(LockHolder.init)
    }

    /// Whether its time is over, by the database's clock.
    static func hasExpired(_ holder: LockHolder, _ connection: MongoConnection) throws(MongoError) -> Bool {
        try connection.serverTimeMilliseconds() > holder.expiresAtMilliseconds
    }

    private func filter(_ owner: String, beat: Int64) -> BSONDocument {
        ["_id": .string(Self.id), "owner": .string(owner), "beat": .int64(beat)]
    }

    private func now(_ connection: MongoConnection) throws(MongoError) -> Int64 {
        try connection.serverTimeMilliseconds()
    }

    private func document(_ connection: MongoConnection) throws(MongoError) -> BSONDocument {
        let now = try now(connection)
        return [
            "_id": .string(Self.id), "owner": .string(owner), "host": .string(process.host),
            "pid": .int32(process.pid), "machine": .string(process.machine),
            "acquired_at": .datetime(milliseconds: now),
            "expires_at": .datetime(milliseconds: now + expiryMilliseconds),
            "beat": .int64(0),
        ]
    }
}

extension MongoConnection {
    /// The primary's clock, in milliseconds since 1970.
    func serverTimeMilliseconds() throws(MongoError) -> Int64 {
        guard let time = try hello().milliseconds("localTime") else {
            throw MongoError(.decoding, "the server does not tell its time")
        }
        return time
    }
}
