internal import BSON

/// What to look for in a room, and how much of it to look through.
package struct MessageSearch: Sendable {
    /// Found anywhere in the content, without regard to case. Literal; not empty, no U+0000.
    package var literal: String
    /// Only messages of this user.
    package var userID: String?
    /// Only messages below this number.
    package var beforeSeq: Int64
    /// The room's `first_seq`.
    package var firstSeq: Int64
    /// At most so many hits.
    package var limit: Int
    /// How long it may take, about: no new window is begun after it. One takes at most 250 ms, more only on a server
    /// that is overloaded.
    package var timeBudget: Duration
    /// How many messages the first read looks through; the next ones adapt, 100 ms each.
    package var window: Int64
    package var source: ReadSource

    package init(
        literal: String, userID: String? = nil, beforeSeq: Int64, firstSeq: Int64 = 1, limit: Int,
        timeBudget: Duration = .milliseconds(500), window: Int64 = 1000, source: ReadSource = .userReadPreference
    ) {
        self.literal = literal
        self.userID = userID
        self.beforeSeq = beforeSeq
        self.firstSeq = firstSeq
        self.limit = limit
        self.timeBudget = timeBudget
        self.window = window
        self.source = source
    }

    /// A regular expression, in the syntax that PCRE and Python share, that means the literal. `\Q…\E` is PCRE's alone.
    static func pattern(for literal: String) -> String {
        var pattern = ""
        pattern.reserveCapacity(literal.utf8.count + 8)
        for scalar in literal.unicodeScalars {
            if "\\^$.|?*+()[]{}".unicodeScalars.contains(scalar) { pattern.unicodeScalars.append("\\") }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern
    }

    /// The second stage: what the index does not hold.
    var filter: BSONDocument {
        var filter: BSONDocument = ["content": ["$regex": .string(Self.pattern(for: literal)), "$options": "i"]]
        if let userID { filter.append("user_id", .string(userID)) }
        return filter
    }
}
