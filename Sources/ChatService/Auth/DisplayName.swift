/// The rule for names of people, which come from an identity provider that the person often cannot change:
/// what disturbs is taken out instead of refusing the person.
package enum DisplayName {
    /// In characters as people count them.
    package static let maximumCharacters = 64
    /// In bytes of UTF-8: a character can be built of hundreds of scalars.
    package static let maximumBytes = 256

    /// The name without control characters, line separators and bidirectional overrides, without space at its
    /// ends, cut to the bounds at a whole character.
    ///
    /// - Returns: `nil` when nothing is left.
    package static func cleaned(_ text: String) -> String? {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(maximumBytes * 4) where !isDisturbing(scalar) {
            scalars.append(scalar)
        }
        var name = ""
        var bytes = 0
        let visible = String(scalars).drop(while: \.isWhitespace)
        for (index, character) in visible.enumerated() {
            bytes += character.utf8.count
            guard index < maximumCharacters, bytes <= maximumBytes else { break }
            name.append(character)
        }
        while name.last?.isWhitespace == true {
            name.removeLast()
        }
        return name.isEmpty ? nil : name
    }

    /// Control characters break lines and terminals; bidirectional overrides and isolates (UAX #9) let one name
    /// look like another.
    private static func isDisturbing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator:
            true
        default:
            switch scalar.value {
            case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
    }
}
