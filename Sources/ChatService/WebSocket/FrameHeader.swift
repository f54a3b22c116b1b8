/// The header of the frame that ``FrameParser`` is reading, as far as it is known.
struct FrameHeader {
    var opcode = FrameOpcode.continuation
    var isFinal = false
    /// Whether the length comes in eight bytes rather than two.
    var hasLongLength = false
    var payloadBytes: UInt64 = 0
    var maskKey: UInt32 = 0
}
