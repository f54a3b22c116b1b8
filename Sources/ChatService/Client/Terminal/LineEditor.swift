/// The line that a person is writing, with its cursor, as a value: keys in, what happened out.
package struct LineEditor: Sendable {
    package enum Outcome: Hashable, Sendable {
        case nothing
        /// The text or the cursor changed.
        case changed
        case submitted(String)
        case interrupted
        case endOfFile
        case suspend
        case redraw
    }

    /// More is not taken, so that a paste cannot grow without an end.
    package static let maximumCharacters = 10_000
    static let maximumRemembered = 200

    private var characters: [Character] = []
    /// Between 0 and the number of characters.
    private var cursor = 0
    private var remembered: [String] = []
    /// The index into `remembered`; its count stands for the new line.
    private var recalled = 0
    private var unfinished: [Character] = []

    package init() {}

    package var text: String { String(characters) }
    package var isEmpty: Bool { characters.isEmpty }

    package mutating func handle(_ key: Key) -> Outcome {
        switch key {
        case .character(let character): return insert([character])
        case .pasted(let text): return insert(Self.pastable(text))
        case .enter: return submit()
        case .backspace: return remove(from: cursor - 1, to: cursor)
        case .delete: return remove(from: cursor, to: cursor + 1)
        case .deleteWord: return remove(from: wordStart, to: cursor)
        case .deleteToStart: return remove(from: 0, to: cursor)
        case .deleteToEnd: return remove(from: cursor, to: characters.count)
        case .left: return move(to: cursor - 1)
        case .right: return move(to: cursor + 1)
        case .wordLeft: return move(to: wordStart)
        case .wordRight: return move(to: wordEnd)
        case .home: return move(to: 0)
        case .end: return move(to: characters.count)
        case .up: return recall(recalled - 1)
        case .down: return recall(recalled + 1)
        case .interrupt: return .interrupted
        case .endOfFile: return isEmpty ? .endOfFile : remove(from: cursor, to: cursor + 1)
        case .suspend: return .suspend
        case .redraw: return .redraw
        }
    }

    /// Line ends stay in the text; other control characters have no place in it.
    private static func pastable(_ text: String) -> [Character] {
        text.compactMap { character in
            if character.isNewline { return "\n" }
            if character == "\t" { return " " }
            return character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? nil : character
        }
    }

    private mutating func insert(_ new: [Character]) -> Outcome {
        let new = new.prefix(Self.maximumCharacters - characters.count)
        guard !new.isEmpty else { return .nothing }
        // A combining mark joins the character before it, so the count may grow by less than what came in.
        let before = String(characters[..<cursor]) + String(new)
        let after = characters[cursor...]
        let joined = Array(before)
        cursor = joined.count
        characters = joined + after
        return .changed
    }

    private mutating func remove(from start: Int, to end: Int) -> Outcome {
        let range = max(0, start)..<min(characters.count, max(end, max(0, start)))
        guard !range.isEmpty else { return .nothing }
        characters.removeSubrange(range)
        cursor = range.lowerBound
        return .changed
    }

    private mutating func move(to position: Int) -> Outcome {
        let position = min(max(0, position), characters.count)
        guard position != cursor else { return .nothing }
        cursor = position
        return .changed
    }

    private var wordStart: Int {
        var position = cursor
        while position > 0, characters[position - 1].isWhitespace { position -= 1 }
        while position > 0, !characters[position - 1].isWhitespace { position -= 1 }
        return position
    }

    private var wordEnd: Int {
        var position = cursor
        while position < characters.count, characters[position].isWhitespace { position += 1 }
        while position < characters.count, !characters[position].isWhitespace { position += 1 }
        return position
    }

    private mutating func submit() -> Outcome {
        let line = text
        if !line.isEmpty, remembered.last != line {
            remembered.append(line)
            if remembered.count > Self.maximumRemembered { remembered.removeFirst() }
        }
        characters = []
        cursor = 0
        recalled = remembered.count
        unfinished = []
        return .submitted(line)
    }

    private mutating func recall(_ index: Int) -> Outcome {
        guard (0...remembered.count).contains(index), index != recalled else { return .nothing }
        if recalled == remembered.count { unfinished = characters }
        recalled = index
        characters = index == remembered.count ? unfinished : Array(remembered[index])
        cursor = characters.count
        return .changed
    }

    /// The part of the line that fits into so many columns, with the cursor in it.
    ///
    /// - Returns: the text, and the columns before the cursor in it.
    package func view(columns: Int) -> (text: String, cursorColumn: Int) {
        let shown = characters.map { $0.isNewline ? "⏎" as Character : $0 }
        let widths = shown.map { DisplayWidth.of($0) }
        var start = 0
        var before = widths[..<cursor].reduce(0, +)
        // Leave a column for the cursor itself.
        while before >= max(columns, 2), start < cursor {
            before -= widths[start]
            start += 1
        }
        return (DisplayWidth.prefix(String(shown[start...]), columns: max(columns, 2) - 1), before)
    }
}
