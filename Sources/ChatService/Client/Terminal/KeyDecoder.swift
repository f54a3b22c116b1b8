/// A key or a piece of text from a terminal in raw mode.
package enum Key: Hashable, Sendable {
    case character(Character)
    /// Text that was pasted at once (xterm's bracketed paste).
    case pasted(String)
    case enter, backspace, delete, left, right, wordLeft, wordRight, home, end, up, down
    case deleteWord, deleteToStart, deleteToEnd
    case interrupt, endOfFile, suspend, redraw
}

/// Puts the bytes of a terminal together to keys: UTF-8, control characters, escape sequences (ECMA-48 section 5.4,
/// xterm), each of which may arrive in pieces. Unknown sequences are passed over, not shown.
package struct KeyDecoder: Sendable {
    private var pending: [UInt8] = []
    private var paste: [UInt8]?

    /// Nothing longer is a sequence; what is longer is not waited for.
    private static let maximumSequenceBytes = 32
    /// A paste is cut here.
    static let maximumPasteBytes = 256 * 1_024

    private static let pasteStart = Array("\u{1b}[200~".utf8)
    private static let pasteEnd = Array("\u{1b}[201~".utf8)

    package init() {}

    package mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
        var keys: [Key] = []
        for byte in bytes { decode(byte, &keys) }
        return keys
    }

    private mutating func decode(_ byte: UInt8, _ keys: inout [Key]) {
        if paste != nil { return collectPaste(byte, &keys) }
        if let first = pending.first {
            pending.append(byte)
            if first == 0x1B {
                finishSequence(&keys)
            } else {
                finishCharacter(&keys)
            }
            return
        }
        switch byte {
        case 0x1B, 0x80...:
            pending = [byte]
            if byte != 0x1B { finishCharacter(&keys) }
        case 0x20...0x7E:
            keys.append(.character(Character(Unicode.Scalar(byte))))
        default:
            if let key = Self.controls[byte] { keys.append(key) }
        }
    }

    private static let controls: [UInt8: Key] = [
        0x01: .home, 0x02: .left, 0x03: .interrupt, 0x04: .endOfFile, 0x05: .end, 0x06: .right, 0x08: .backspace,
        0x0A: .enter, 0x0B: .deleteToEnd, 0x0C: .redraw, 0x0D: .enter, 0x0E: .down, 0x10: .up, 0x15: .deleteToStart,
        0x17: .deleteWord, 0x1A: .suspend, 0x7F: .backspace,
    ]

    // MARK: UTF-8

    private mutating func finishCharacter(_ keys: inout [Key]) {
        guard let first = pending.first, let length = Self.length(first) else {
            pending = []
            return
        }
        if pending.count > 1, let last = pending.last, last & 0xC0 != 0x80 {
            // The character is broken; its last byte begins something else.
            pending = []
            return decode(last, &keys)
        }
        guard pending.count == length else { return }
        if let text = String(validating: pending, as: UTF8.self), let character = text.first {
            keys.append(.character(character))
        }
        pending = []
    }

    private static func length(_ first: UInt8) -> Int? {
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: nil
        }
    }

    // MARK: escape sequences

    private mutating func finishSequence(_ keys: inout [Key]) {
        guard pending.count <= Self.maximumSequenceBytes else {
            pending = []
            return
        }
        guard pending.count >= 2 else { return }
        switch pending[1] {
        case UInt8(ascii: "["), UInt8(ascii: "O"):
            // A final byte ends the sequence.
            guard pending.count >= 3, let last = pending.last, (0x40...0x7E).contains(last) else { return }
            let sequence = String(decoding: pending.dropFirst(2), as: UTF8.self)
            if pending == Self.pasteStart { paste = [] }
            pending = []
            if let key = Self.sequences[sequence] { keys.append(key) }
        case 0x1B:
            pending = [0x1B]
        default:
            let key: Key? =
                switch pending[1] {
                case UInt8(ascii: "b"): .wordLeft
                case UInt8(ascii: "f"): .wordRight
                case 0x7F, 0x08: .deleteWord
                default: nil
                }
            pending = []
            if let key { keys.append(key) }
        }
    }

    private static let sequences: [String: Key] = [
        "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "1~": .home, "7~": .home, "4~": .end,
        "8~": .end, "3~": .delete, "1;5C": .wordRight, "1;5D": .wordLeft, "1;3C": .wordRight, "1;3D": .wordLeft,
    ]

    // MARK: paste

    private mutating func collectPaste(_ byte: UInt8, _ keys: inout [Key]) {
        guard var bytes = paste else { return }
        paste = nil
        bytes.append(byte)
        if bytes.count >= Self.pasteEnd.count, bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
            let text = String(decoding: bytes.dropLast(Self.pasteEnd.count), as: UTF8.self)
            keys.append(.pasted(text))
            return
        }
        // Beyond the limit only the end is still looked for.
        if bytes.count > Self.maximumPasteBytes + 64 { bytes.removeSubrange(Self.maximumPasteBytes..<bytes.count - 8) }
        paste = bytes
    }
}
