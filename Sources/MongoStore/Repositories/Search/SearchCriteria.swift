internal import BSON
package import TextIndex

/// What a message must be to be found.
package struct SearchCriteria: Sendable {
    /// Something that a message may have besides text.
    package enum Attribute: Sendable, Hashable, CaseIterable {
        case file, link, mention
    }

    package var pattern: TextPattern?
    package var userID: String?
    package var attributes: Set<Attribute>

    package init(pattern: TextPattern?, userID: String? = nil, attributes: Set<Attribute> = []) {
        self.pattern = pattern
        self.userID = userID
        self.attributes = attributes
    }

    /// Grams that a hit has, the rarest first; at most eight of the text. More would hardly narrow it further, and each is
    /// a read. Empty when the index cannot help: one or two letters of an alphabet, and nothing else.
    var grams: [Gram] {
        var grams = pattern.map { Array(Gram.ofPattern($0.scalars).prefix(8)) } ?? []
        grams += attributes.map(\.gram)
        if let userID { grams.append(.author(userID)) }
        return grams
    }

    /// Where the text stands in the message, in UTF-16 units (none when no text is looked for); nil when it is no hit.
    func ranges(in record: MessageRecord, _ folder: inout TextFolder) -> [Range<Int>]? {
        guard !record.isDeleted, userID == nil || userID == record.userID else { return nil }
        guard attributes.allSatisfy({ record.has($0) }) else { return nil }
        guard let pattern else { return [] }
        let ranges = pattern.ranges(in: record.content, &folder)
        return ranges.isEmpty ? nil : ranges
    }

    /// What the server can sort out by itself while it scans; lets every hit pass. Text that is all ASCII is folded by
    /// lower case alone, so there a regular expression tells; of other text nothing is known there.
    var scanFilter: BSONDocument {
        var filter: BSONDocument = [:]
        if let pattern {
            let other = #"[^\x00-\x7F]"#
            let isASCII = pattern.scalars.allSatisfy { $0 < 0x80 }
            let text = isASCII ? Self.escaped(pattern.scalars) + "|" + other : other
            filter.append("content", ["$regex": .string(text), "$options": "i"])
        }
        if let userID { filter.append("user_id", .string(userID)) }
        return filter
    }

    /// A regular expression, in the syntax that PCRE and Python share, that means the text. `\Q…\E` is PCRE's alone.
    private static func escaped(_ scalars: [UInt32]) -> String {
        var text = String.UnicodeScalarView()
        for scalar in scalars.compactMap(Unicode.Scalar.init) {
            if "\\^$.|?*+()[]{}".unicodeScalars.contains(scalar) { text.append("\\") }
            text.append(scalar)
        }
        return String(text)
    }
}

extension SearchCriteria.Attribute {
    var gram: Gram {
        switch self {
        case .file: .property(2)
        case .link: .property(3)
        case .mention: .property(4)
        }
    }
}

extension Gram {
    static func author(_ userID: String) -> Gram {
        .property(1, of: userID)
    }
}
