extension WriterLane {
    package struct Limits: Sendable {
        /// Messages and bytes of one write.
        package var batchCount = 1_000
        package var batchBytes = 1 << 20
        /// Messages that may wait; more are refused with `unavailable`.
        package var queuedCount = 20_000
        package var queuedBytes = 32 << 20
        /// How long a sender waits for his acknowledgement.
        package var patience: Duration = .seconds(10)
        /// Rooms whose log end is remembered while nothing is written.
        package var rememberedRooms = 10_000

        package init() {}
    }
}
