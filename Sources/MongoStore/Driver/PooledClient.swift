/// One `mongoc_client_t` of a pool, given back with the last reference.
///
/// `@unchecked Sendable` is right although a client belongs to one thread at a time: the thread that makes this object
/// hands it to the worker thread that it starts (which is a happens-before), and never touches it again.
final class PooledClient: @unchecked Sendable {
    let pointer: OpaquePointer
    // Keeps the pool alive until the client is back in it.
    private let pool: DriverPool

    init(_ pointer: OpaquePointer, of pool: DriverPool) {
        self.pointer = pointer
        self.pool = pool
    }

    deinit {
        pool.push(pointer)
    }
}
