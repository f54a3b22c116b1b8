import Chat

/// A change of a room's settings: what is missing stays as it is, null is the standard.
struct SettingsPatch: Decodable, Sendable {
    private struct Word: Decodable {
        let word: String
        let action: String?
    }

    private enum Key: String, CodingKey {
        case slowMode, post, invite, mentionRoom, attach, editWindow, history, retentionDays, retentionCount
        case wordFilter, welcome, maxMembers, readReceipts
    }

    private let slowMode: Int64?
    /// Nil: not there; a nil within: null.
    private let post: String??
    private let invite: String??
    private let mentionRoom: String??
    private let attach: String??
    private let editWindow: Int64??
    private let history: String?
    private let retentionDays: Int64?
    private let retentionCount: Int64?
    private let wordFilter: [Word]?
    private let welcome: String?
    private let maxMembers: Int64?
    private let readReceipts: Bool?

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        func nullable<Value: Decodable>(_ key: Key) throws -> Value?? {
            guard fields.contains(key) else { return nil }
            return .some(try fields.decodeIfPresent(Value.self, forKey: key))
        }
        slowMode = try fields.decodeIfPresent(Int64.self, forKey: .slowMode)
        post = try nullable(.post)
        invite = try nullable(.invite)
        mentionRoom = try nullable(.mentionRoom)
        attach = try nullable(.attach)
        editWindow = try nullable(.editWindow)
        history = try fields.decodeIfPresent(String.self, forKey: .history)
        retentionDays = try fields.decodeIfPresent(Int64.self, forKey: .retentionDays)
        retentionCount = try fields.decodeIfPresent(Int64.self, forKey: .retentionCount)
        wordFilter = try fields.decodeIfPresent([Word].self, forKey: .wordFilter)
        welcome = try fields.decodeIfPresent(String.self, forKey: .welcome)
        maxMembers = try fields.decodeIfPresent(Int64.self, forKey: .maxMembers)
        readReceipts = try fields.decodeIfPresent(Bool.self, forKey: .readReceipts)
    }

    /// - Throws: `bad_request` for a word that is none of those allowed. Ranges are the settings' own to check.
    func apply(to settings: inout RoomSettings) throws(ChatError) {
        if let slowMode { settings.slowModeSeconds = slowMode }
        if let post { settings.post = try Self.circle(post, "post") }
        if let invite { settings.invite = try Self.circle(invite, "invite") }
        if let mentionRoom { settings.mentionRoom = try Self.circle(mentionRoom, "mention_room") }
        if let attach { settings.attach = try Self.circle(attach, "attach") }
        if let editWindow { settings.editWindowSeconds = editWindow }
        if let history {
            guard let visibility = RoomSettings.HistoryVisibility(rawValue: history) else {
                throw .badRequest("history is all or joined")
            }
            settings.history = visibility
        }
        if let retentionDays { settings.retentionDays = retentionDays }
        if let retentionCount { settings.retentionCount = retentionCount }
        if let wordFilter { settings.wordFilter = try Self.rules(wordFilter) }
        if let welcome { settings.welcome = welcome }
        if let maxMembers { settings.maximumMembers = maxMembers }
        if let readReceipts { settings.receipts = readReceipts }
    }

    private static func circle(_ text: String?, _ name: StaticString) throws(ChatError) -> RoomSettings.Circle? {
        guard let text else { return nil }
        guard let circle = RoomSettings.Circle(rawValue: text) else {
            throw .badRequest("\(name) is everyone, members, moderators, admins, owner or null")
        }
        return circle
    }

    private static func rules(_ words: [Word]) throws(ChatError) -> [WordRule] {
        var rules: [WordRule] = []
        for word in words {
            guard let action = WordRule.Action(rawValue: word.action ?? "block") else {
                throw .badRequest("the action of a word is block, mask or flag")
            }
            rules.append(WordRule(word: word.word, action: action))
        }
        return rules
    }
}
