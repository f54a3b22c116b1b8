import NIOCore

/// The message that ``FrameParser`` is putting together.
struct PartialMessage {
    /// nil while no message is begun.
    var kind: FrameEvent.MessageKind?
    var isCompressed = false
    var fragments = 0
    var bytes = ByteBuffer()
    private var validator = UTF8Validator()

    /// Checks the last `count` bytes, if they are text as it is meant to be read.
    /// - Returns: false when the text cannot become valid UTF-8 any more.
    mutating func checkText(last count: Int) -> Bool {
        guard self.kind == .text, !self.isCompressed else { return true }
        var validator = self.validator
        let isValid = self.bytes.withUnsafeReadableBytes { all in
            validator.accept(UnsafeRawBufferPointer(rebasing: all.suffix(count)))
        }
        self.validator = validator
        return isValid
    }

    /// Whether the text may end here.
    var isTextComplete: Bool { self.validator.isAtCharacterBoundary }
}
