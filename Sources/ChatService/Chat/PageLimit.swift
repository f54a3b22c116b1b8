/// How many entries a page holds: out of range is clamped, not a number is refused.
package enum PageLimit {
    package static let standard = 50
    package static let range = 1...200

    /// - Parameter text: the query parameter as it came; nil when it is missing.
    /// - Throws: `bad_request` when it is no whole number.
    package static func parse(_ text: String?) throws(ChatError) -> Int {
        guard let text else { return standard }
        let digits = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw .badRequest("limit is not a whole number")
        }
        // More digits than an Int holds are out of range like any other large number.
        let value = Int(text) ?? (text.hasPrefix("-") ? Int.min : Int.max)
        return min(max(value, range.lowerBound), range.upperBound)
    }
}
