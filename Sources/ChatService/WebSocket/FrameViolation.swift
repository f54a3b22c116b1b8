/// A rule that a client broke, and the close code that RFC 6455 has for it.
struct FrameViolation: Error {
    let code: CloseCode
    let reason: String

    static func protocolError(_ reason: String) -> FrameViolation {
        FrameViolation(code: .protocolError, reason: reason)
    }

    static var invalidText: FrameViolation {
        FrameViolation(code: .invalidPayload, reason: "invalid UTF-8")
    }
}
