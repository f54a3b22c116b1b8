/// One connection, as plain memory that the engine's table holds.
struct Client {
    enum Phase: UInt8 {
        case idle
        /// The request is sent, the answer has not come.
        case upgrading
        /// The answer came, the first frame has not.
        case upgraded
        case open
        case closed
    }

    var socket: Int32 = -1
    var room: Int32 = 0
    var phase = Phase.idle
    var isSender = false
    /// Whether the time that messages take to this one is measured.
    var isSampled = false
    /// It reads nothing once it is open.
    var isStalled = false
    /// The number of the next message; 0 while the room's end is not known.
    var nextSeq: Int64 = 0
    /// Messages sent so far, and those of them that did not come back yet.
    var sent: UInt32 = 0
    var inFlight: UInt32 = 0
    /// The beginning of a frame of which the rest is still to come.
    var leftover: UnsafeMutablePointer<UInt8>?
    var leftoverCount = 0
    var leftoverCapacity = 0
}
