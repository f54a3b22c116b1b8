internal import BSON
internal import TextIndex

extension MessageRecord {
    var isDeleted: Bool {
        extra?.element("deleted_at") != nil
    }

    func has(_ attribute: SearchCriteria.Attribute) -> Bool {
        switch attribute {
        case .file: extra?.array("attachments").map { !$0.isEmpty } ?? false
        case .mention: extra?.array("mentions").map { !$0.isEmpty } ?? false
        case .link: Self.hasLink(content)
        }
    }

    /// Everything that the index knows of the message. None of a deleted one.
    func grams(_ folder: inout TextFolder) -> [Gram] {
        guard !isDeleted else { return [] }
        var grams = [Gram.author(userID)]
        for attribute in SearchCriteria.Attribute.allCases where has(attribute) { grams.append(attribute.gram) }
        Gram.forEach(in: folder.fold(content)) { grams.append($0) }
        return grams
    }

    /// `http://` or `https://` with something behind it.
    private static func hasLink(_ content: String) -> Bool {
        var rest = Array(content.utf8)[...]
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            let before = rest[..<colon].suffix(5).map { $0 | 0x20 }
            let after = rest[(colon + 1)...]
            if after.starts(with: "//".utf8), let next = after.dropFirst(2).first, next > 0x20,
                before.suffix(4) == Array("http".utf8) || before == Array("https".utf8)
            {
                return true
            }
            rest = after
        }
        return false
    }
}
