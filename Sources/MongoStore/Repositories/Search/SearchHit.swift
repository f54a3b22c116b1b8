/// A message that was found.
package struct SearchHit: Sendable, Hashable {
    package var record: MessageRecord
    /// Where the text stands in the content, in UTF-16 units, from left to right; empty when no text was looked for.
    package var ranges: [Range<Int>]
}
