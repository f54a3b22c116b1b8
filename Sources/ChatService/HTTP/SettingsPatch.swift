import Chat

/// A change of a room's settings: what is missing stays as it is, null is the standard where that is allowed.
struct SettingsPatch: Sendable {
    private typealias Change = @Sendable (inout RoomSettings) -> Void

    private var changes: [Change] = []

    /// - Throws: `bad_request` for a field of the wrong type, and for a word that is none of those allowed. Ranges are the
    ///   settings' own to check.
    init(_ fields: borrowing ClientFrameFields) throws(ChatError) {
        set(\.slowModeSeconds, try fields.optionalInteger("slow_mode"))
        try setCircle(\.post, "post", fields)
        try setCircle(\.invite, "invite", fields)
        try setCircle(\.mentionRoom, "mention_room", fields)
        try setCircle(\.attach, "attach", fields)
        if fields.has("edit_window") {
            let seconds = try fields.optionalInteger("edit_window")
            changes.append { $0.editWindowSeconds = seconds }
        }
        if let history = try fields.optionalText("history") {
            guard let visibility = RoomSettings.HistoryVisibility(rawValue: history) else {
                throw .badRequest("history is all or joined")
            }
            set(\.history, visibility)
        }
        set(\.retentionDays, try fields.optionalInteger("retention_days"))
        set(\.retentionCount, try fields.optionalInteger("retention_count"))
        set(\.wordFilter, try Self.rules(fields))
        set(\.welcome, try fields.optionalText("welcome"))
        set(\.maximumMembers, try fields.optionalInteger("max_members"))
        set(\.receipts, try fields.optionalFlag("read_receipts"))
    }

    func apply(to settings: inout RoomSettings) {
        for change in changes { change(&settings) }
    }

    private mutating func set<Value: Sendable>(
        _ path: any WritableKeyPath<RoomSettings, Value> & Sendable, _ value: Value?
    ) {
        if let value { changes.append { $0[keyPath: path] = value } }
    }

    private mutating func setCircle(
        _ path: any WritableKeyPath<RoomSettings, RoomSettings.Circle?> & Sendable, _ name: StaticString,
        _ fields: borrowing ClientFrameFields
    ) throws(ChatError) {
        guard fields.has(name) else { return }
        let circle = try fields.optionalText(name).map { (text) throws(ChatError) in
            guard let circle = RoomSettings.Circle(rawValue: text) else {
                throw ChatError.badRequest("\(name) is everyone, members, moderators, admins, owner or null")
            }
            return circle
        }
        changes.append { $0[keyPath: path] = circle }
    }

    private static func rules(_ fields: borrowing ClientFrameFields) throws(ChatError) -> [WordRule]? {
        try fields.optionalObjects("word_filter", upTo: RoomSettings.wordCount) { (fields) throws(ChatError) in
            guard let action = WordRule.Action(rawValue: try fields.optionalText("action") ?? "block") else {
                throw .badRequest("the action of a word is block, mask or flag")
            }
            return WordRule(word: try fields.text("word"), action: action)
        }
    }
}
