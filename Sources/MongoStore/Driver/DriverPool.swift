internal import CMongoC

/// libmongoc's client pool: clients share the knowledge of the servers and the threads that watch them.
///
/// `@unchecked Sendable` is right because `mongoc_client_pool_t` is documented as thread-safe, and the pointer never
/// changes. Destroyed with the last reference; each ``PooledClient`` is one.
final class DriverPool: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let metrics: CommandMetrics

    /// Connects to nothing yet: servers are looked for in the background from the first ``take()`` on.
    /// - Throws: `.invalidURI`; `.noServer` when the hosts of a `mongodb+srv` string cannot be looked up.
    init(_ uri: ConnectionString, size: Int, metrics: CommandMetrics = CommandMetrics()) throws(MongoError) {
        var error = bson_error_t()
        guard let pool = mongoc_client_pool_new_with_error(uri.pointer, &error) else {
            // `mongodb+srv` asks the name service at this point, which may be away for a while.
            throw MongoError(error.domain == MONGOC_ERROR_STREAM.rawValue ? .noServer : .invalidURI, error.text)
        }
        pointer = pool
        // Version 2: server errors have a domain of their own. Must come before anything else.
        mongoc_client_pool_set_error_api(pool, 2)
        mongoc_client_pool_max_size(pool, UInt32(size))
        self.metrics = metrics
        metrics.install(in: pool)
    }

    deinit {
        mongoc_client_pool_destroy(pointer)
    }

    /// A client of one's own. Never blocks.
    /// - Throws: `.poolExhausted` when all are out.
    func take() throws(MongoError) -> PooledClient {
        guard let client = mongoc_client_pool_try_pop(pointer) else {
            throw MongoError(.poolExhausted, "every client of the pool is in use")
        }
        return PooledClient(client, of: self)
    }

    func push(_ client: OpaquePointer) {
        mongoc_client_pool_push(pointer, client)
    }
}
