internal import CMongoC
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A thread of the operating system that runs one closure and ends. For calls that block: neither an event loop nor
/// the cooperative pool may make them.
final class WorkerThread: Sendable {
    // The thread's own box, freed by it.
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Nil after ``join()``: a handle may be joined or detached once.
    private let handle: Mutex<pthread_t?>

    /// - Parameter name: for debuggers; the system keeps the first 15 bytes.
    /// - Throws: `.poolExhausted` when the system has no thread left.
    init(name: String, _ body: @escaping @Sendable () -> Void) throws(MongoError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        #if canImport(Darwin)
        var thread: pthread_t?
        let result = pthread_create(&thread, nil, { WorkerThread.main($0) }, start.toOpaque())
        #else
        var thread = pthread_t()
        let result = pthread_create(&thread, nil, { WorkerThread.main($0) }, start.toOpaque())
        #endif
        guard result == 0 else {
            start.release()
            throw MongoError(.poolExhausted, "cannot start thread \(name): error \(result)")
        }
        handle = Mutex(thread)
    }

    deinit {
        if let thread = handle.withLock({ $0 }) { pthread_detach(thread) }
    }

    /// Waits until the closure has returned. Blocks; not from the thread itself. A second call returns at once.
    func join() {
        let thread = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let thread { pthread_join(thread, nil) }
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        tertulia_name_thread(String(start.name.prefix(15)))
        start.body()
        return nil
    }
}

extension WorkerThread {
    /// Waits for all of them without blocking the caller's thread.
    static func join(_ threads: [WorkerThread]) async {
        guard !threads.isEmpty else { return }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let body: @Sendable () -> Void = {
                for thread in threads { thread.join() }
                continuation.resume()
            }
            // Without a thread to wait on, waiting here is the lesser evil: the process is ending.
            if (try? WorkerThread(name: "mongo-join", body)) == nil { body() }
        }
    }
}
