/// The opcodes of RFC 6455 section 5.2; every other value is reserved.
package enum FrameOpcode: UInt8, Hashable, Sendable, CaseIterable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Control frames carry at most 125 bytes, are never fragmented and may stand between fragments of a message.
    package var isControl: Bool { self.rawValue & 0x8 != 0 }
}
