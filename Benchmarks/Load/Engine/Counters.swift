/// What was seen on all connections together, from the beginning.
struct Counters {
    /// `message` frames.
    var deliveries: UInt64 = 0
    /// Messages that came back to their sender.
    var messages: UInt64 = 0
    var acknowledgements: UInt64 = 0
    var lost: UInt64 = 0
    var duplicates: UInt64 = 0
    var errors: UInt64 = 0
    /// Ended by the other side.
    var closed: UInt64 = 0
    var reads: UInt64 = 0
    var bytes: UInt64 = 0
    /// Replayed completely after coming back with a cursor.
    var resumed: UInt64 = 0
    /// Told to begin anew instead.
    var resyncs: UInt64 = 0
}
