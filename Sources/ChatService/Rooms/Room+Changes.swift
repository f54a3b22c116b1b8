import Chat

extension Room {
    /// What differs from how the room was, for the record: `name: "Old" -> "New", slow_mode: 0 -> 600`.
    func changes(since earlier: Room) -> String {
        var changes: [String] = []
        func note(_ name: String, _ before: String, _ after: String) {
            if before != after { changes.append("\(name): \(before) -> \(after)") }
        }
        note("name", Self.quoted(earlier.name), Self.quoted(name))
        note("topic", Self.quoted(earlier.topic), Self.quoted(topic))
        note("description", Self.quoted(earlier.description), Self.quoted(description))
        note("icon", Self.quoted(earlier.icon), Self.quoted(icon))
        note("visibility", earlier.kind.rawValue, kind.rawValue)
        note("archived", "\(earlier.isArchived)", "\(isArchived)")
        note("locked", "\(earlier.isLocked)", "\(isLocked)")
        for (before, after) in zip(earlier.settings.noted, settings.noted) {
            note(after.name, before.value, after.value)
        }
        // Texts may differ behind what is quoted of them.
        return changes.isEmpty ? "texts or words" : changes.joined(separator: ", ")
    }

    fileprivate static let quotedLength = 100

    fileprivate static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isLong = scalars.count > quotedLength
        return "\"" + String(String.UnicodeScalarView(scalars.prefix(quotedLength))) + (isLong ? "…\"" : "\"")
    }
}

extension RoomSettings {
    /// Each setting as it stands in the record. Of the word filter only how many words: moderators read the record, and the
    /// words are the admins'.
    fileprivate var noted: [(name: String, value: String)] {
        func circle(_ circle: Circle?) -> String { circle?.rawValue ?? "null" }
        return [
            ("slow_mode", "\(slowModeSeconds)"), ("post", circle(post)), ("invite", circle(invite)),
            ("attach", circle(attach)), ("mention_room", circle(mentionRoom)),
            ("edit_window", editWindowSeconds.map { "\($0)" } ?? "null"), ("history", history.rawValue),
            ("retention_days", "\(retentionDays)"), ("retention_count", "\(retentionCount)"),
            ("word_filter", "\(wordFilter.count) words"), ("welcome", Room.quoted(welcome)),
            ("max_members", "\(maximumMembers)"), ("read_receipts", "\(receipts)"),
        ]
    }
}
