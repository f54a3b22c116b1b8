/// What the admins of a room decide. Nil means the standard.
package struct RoomSettings: Hashable, Sendable {
    /// Who may do something.
    package enum Circle: String, Hashable, Sendable, CaseIterable {
        case everyone, members, moderators, admins, owner

        package var roles: Set<Role> {
            switch self {
            case .everyone: .speakers
            case .members: .members
            case .moderators: .moderators
            case .admins: .admins
            case .owner: .owners
            }
        }
    }

    /// What of the past a member sees.
    package enum HistoryVisibility: String, Hashable, Sendable, CaseIterable {
        case all
        /// What was said since he joined.
        case joined
    }

    /// Seconds between two messages of one person; 0: no slow mode.
    package var slowModeSeconds: Int64 = 0
    package var post: Circle?
    package var invite: Circle?
    package var mentionRoom: Circle?
    package var attach: Circle?
    /// Seconds after sending in which an author may edit and delete; 0: at any time; nil: as the service is set.
    package var editWindowSeconds: Int64?
    package var history = HistoryVisibility.all
    /// Messages older than so many days are removed; 0: never.
    package var retentionDays: Int64 = 0
    /// So many newest messages are kept; 0: all.
    package var retentionCount: Int64 = 0
    package var wordFilter: [WordRule] = []
    /// Shown to those who join.
    package var welcome = ""
    /// 0: any number.
    package var maximumMembers: Int64 = 0
    /// Whether members see how far others have read.
    package var receipts = true

    package init() {}

    package static let slowModeRange: ClosedRange<Int64> = 0...21_600
    package static let editWindowRange: ClosedRange<Int64> = 0...315_360_000
    package static let retentionDaysRange: ClosedRange<Int64> = 0...36_500
    package static let retentionCountRange: ClosedRange<Int64> = 0...1_000_000_000
    package static let maximumMembersRange: ClosedRange<Int64> = 0...1_000_000
    package static let welcomeLength = 2_000
    package static let wordCount = 500

    /// - Throws: `bad_request`, naming what is out of its range.
    package func check() throws(ChatError) {
        try Self.check(slowModeSeconds, Self.slowModeRange, "slow_mode")
        if let editWindowSeconds { try Self.check(editWindowSeconds, Self.editWindowRange, "edit_window") }
        try Self.check(retentionDays, Self.retentionDaysRange, "retention_days")
        try Self.check(retentionCount, Self.retentionCountRange, "retention_count")
        try Self.check(maximumMembers, Self.maximumMembersRange, "max_members")
        guard welcome.unicodeScalars.count <= Self.welcomeLength else {
            throw .badRequest("welcome has at most \(Self.welcomeLength) characters")
        }
        guard wordFilter.count <= Self.wordCount else {
            throw .badRequest("word_filter has at most \(Self.wordCount) words")
        }
        for rule in wordFilter { try rule.check() }
    }

    private static func check(
        _ value: Int64, _ range: ClosedRange<Int64>, _ name: StaticString
    ) throws(ChatError) {
        guard range.contains(value) else {
            throw .badRequest("\(name) is \(range.lowerBound) to \(range.upperBound)")
        }
    }
}

/// A word that a room's filter looks for, and what becomes of a message that has it.
package struct WordRule: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable, CaseIterable {
        /// The message is refused.
        case block
        /// The word is replaced by asterisks.
        case mask
        /// The message goes out, and to the moderators' queue.
        case flag
    }

    package var word: String
    package var action: Action

    package static let length = 1...64

    package init(word: String, action: Action) {
        self.word = word
        self.action = action
    }

    func check() throws(ChatError) {
        guard Self.length.contains(word.unicodeScalars.count), !word.allSatisfy(\.isWhitespace) else {
            throw .badRequest("a word of word_filter has 1 to \(Self.length.upperBound) characters")
        }
    }
}
