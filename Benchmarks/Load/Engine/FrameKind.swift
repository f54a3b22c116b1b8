/// What a text frame of the server is, by its first bytes.
enum FrameKind {
    case message, history, hello, acknowledgement, error, resumed, resync
    /// Something that does not concern the load: presence, notices and so on.
    case other

    // `{"type":"` and `message"`, as they lie in memory.
    private static let typeKey: UInt64 = 0x3A22_6570_7974_227B
    private static let messageWord: UInt64 = 0x6567_6173_7365_6D22

    private static let rareKinds: [(Pattern, FrameKind)] = [
        (Pattern(#"{"type":"ack""#), .acknowledgement), (Pattern(#"{"type":"history""#), .history),
        (Pattern(#"{"type":"hello""#), .hello), (Pattern(#"{"type":"error""#), .error),
        (Pattern(#"{"type":"resumed""#), .resumed), (Pattern(#"{"type":"resync""#), .resync),
    ]

    @inline(__always)
    init(_ text: UnsafePointer<UInt8>, count: Int) {
        let raw = UnsafeRawPointer(text)
        if count > 17, raw.loadUnaligned(as: UInt64.self) == Self.typeKey,
            raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == Self.messageWord, text[16] == UInt8(ascii: "\"")
        {
            self = .message
        } else {
            self = Self.rare(text, count)
        }
    }

    @inline(never)
    private static func rare(_ text: UnsafePointer<UInt8>, _ count: Int) -> FrameKind {
        rareKinds.first { $0.0.begins(text, count: count) }?.1 ?? .other
    }
}
