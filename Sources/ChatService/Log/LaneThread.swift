/// A thread of its own that runs a lane's jobs one after another, each with the storage to use.
package protocol LaneThread: Sendable {
    func enqueue(_ job: @escaping @Sendable (any LogStorage) -> Void)
}
