/// Checks what people write on a room: its name, topic, description and icon.
package enum RoomText {
    package static let nameLength = 1...100
    package static let topicLength = 500
    package static let descriptionLength = 4_000
    package static let iconLength = 200
    package static let reasonLength = 500

    /// A name as it is kept: without white space around it.
    ///
    /// - Throws: `bad_request` for one that is empty, too long, or looks like what it is not: control and other invisible
    ///   characters, or letters of scripts that are taken for each other (UTS #39, section 5.2: mixed scripts).
    package static func name(_ text: String) throws(ChatError) -> String {
        let name = trimmed(text)
        guard nameLength.contains(name.unicodeScalars.count) else {
            throw .badRequest("a name has \(nameLength.lowerBound) to \(nameLength.upperBound) characters")
        }
        for scalar in name.unicodeScalars where isInvisible(scalar) {
            throw .badRequest("a name has no invisible characters")
        }
        guard !isDeceptive(name) else {
            throw .badRequest("a word of the name mixes letters of scripts that look alike")
        }
        return name
    }

    /// A text of several lines.
    ///
    /// - Throws: `bad_request` for one that is too long or has control characters other than line ends and tabs.
    package static func text(_ text: String, upTo length: Int, _ what: StaticString) throws(ChatError) -> String {
        guard text.unicodeScalars.count <= length else {
            throw .badRequest("\(what) has at most \(length) characters")
        }
        let isClean = text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
        }
        guard isClean else { throw .badRequest("\(what) has no control characters") }
        return text
    }

    private static func trimmed(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }

    /// Control and format characters (zero width, direction marks), line ends, fillers, and what is not assigned. A joiner
    /// between emoji counts, too: names do without.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isDefaultIgnorableCodePoint, !scalar.properties.isVariationSelector { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        case .spaceSeparator: scalar != " "
        default: false
        }
    }

    // MARK: Look-alikes

    private enum Script { case latin, greek, cyrillic, armenian, cherokee }

    /// Whether a word mixes letters of two of the scripts whose letters are taken for each other.
    private static func isDeceptive(_ name: String) -> Bool {
        name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).contains { word in
            var scripts: Set<Script> = []
            for scalar in word.unicodeScalars {
                if let script = script(of: scalar) { scripts.insert(script) }
            }
            return scripts.count > 1
        }
    }

    /// The script of a letter, by the blocks of The Unicode Standard; nil for all that is in none of these scripts.
    private static func script(of scalar: Unicode.Scalar) -> Script? {
        guard scalar.properties.isAlphabetic else { return nil }
        return switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x250...0x2AF, 0x1E00...0x1EFF, 0x2C60...0x2C7F,
            0xA720...0xA7FF, 0xFF21...0xFF3A, 0xFF41...0xFF5A:
            .latin
        case 0x370...0x3FF, 0x1F00...0x1FFF: .greek
        case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: .cyrillic
        case 0x531...0x58F: .armenian
        case 0x13A0...0x13FF, 0xAB70...0xABBF: .cherokee
        default: nil
        }
    }
}
