package import Chat

extension Room {
    /// - Parameter forAdmins: also what only those see who may change it.
    package func writeFields(to json: inout JSONWriter, forAdmins: Bool = false) {
        json.field("id", id.rawValue)
        json.field("name", name)
        json.field("topic", topic)
        json.field("description", description)
        json.field("icon", icon)
        json.field("visibility", kind.rawValue)
        if let createdBy { json.field("created_by", createdBy.rawValue) }
        json.field("created_at", createdAt)
        json.field("archived", isArchived)
        json.field("locked", isLocked)
        json.object("settings") { settings.writeFields(to: &$0, forAdmins: forAdmins) }
    }
}

extension RoomSettings {
    fileprivate func writeFields(to json: inout JSONWriter, forAdmins: Bool) {
        json.field("slow_mode", slowModeSeconds)
        json.field("post", post)
        json.field("invite", invite)
        json.field("mention_room", mentionRoom)
        json.field("attach", attach)
        json.key("edit_window")
        if let editWindowSeconds { json.integer(editWindowSeconds) } else { json.null() }
        json.field("history", history.rawValue)
        json.field("retention_days", retentionDays)
        json.field("retention_count", retentionCount)
        json.field("welcome", welcome)
        json.field("max_members", maximumMembers)
        json.field("read_receipts", receipts)
        guard forAdmins else { return }
        json.array("word_filter") { json in
            for rule in wordFilter {
                json.beginObject()
                json.field("word", rule.word)
                json.field("action", rule.action.rawValue)
                json.endObject()
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ key: StaticString, _ circle: RoomSettings.Circle?) {
        self.key(key)
        if let circle { string(circle.rawValue) } else { null() }
    }
}
