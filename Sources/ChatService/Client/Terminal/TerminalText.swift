/// Text of others, made harmless for a terminal.
package enum TerminalText {
    /// Shows control characters as signs instead of letting them act: escape sequences could move the cursor, change
    /// titles or colours, or fake lines of other people. Bidirectional overrides (UAX #9), which could show a text
    /// in another order than it is read, are shown too. Line ends become `lineEnd`, a tab one space.
    package static func neutralized(_ text: String, lineEnd: String = " ⏎ ") -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        // The scalars, because a character may hide a control character behind another, such as CR in CR LF.
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar.value {
            case 0x0A where previous == "\r":
                break
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
                result += lineEnd
            case 0x09:
                result.unicodeScalars.append(" ")
            case 0x00..<0x20:
                // The pictures of the control characters begin at U+2400.
                result.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value)).picture)
            case 0x7F:
                result.unicodeScalars.append("\u{2421}")
            case 0x80...0x9F, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFF9...0xFFFB:
                result.unicodeScalars.append("\u{FFFD}")
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// The picture of a C0 control character.
    fileprivate var picture: Unicode.Scalar { Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}" }
}
