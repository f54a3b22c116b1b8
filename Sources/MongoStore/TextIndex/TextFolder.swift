internal import Foundation

/// Folds text so that what people take for the same is the same: letters of either case, composed and decomposed
/// characters, full and half width, ligatures.
///
/// As toNFKC_Casefold of Unicode (UAX #31, section 5.1; The Unicode Standard, section 3.13), done cluster by cluster, a
/// cluster being a scalar and the combining marks behind it. Case folds by the full mappings lower, upper, lower: `ß` and
/// `ẞ` become `ss`, and, beyond the standard, `ı` becomes `i`. What has no effect on the eye (variation selectors, soft
/// hyphens, joiners) goes away. Accents count: `e` is not `é`.
package struct TextFolder: Sendable {
    /// Changes when the same text folds otherwise, or gives other grams: an index of another version is made anew.
    package static let version: Int64 = 1

    /// Where a folded scalar comes from, in UTF-16 units of the text.
    struct Origin: Hashable, Sendable {
        var start: UInt32
        var end: UInt32
    }

    /// What clusters fold to that are neither ASCII nor their own folding; bounded.
    private var known: [String: [UInt32]] = [:]
    private static let maximumKnown = 4096

    package init() {}

    /// The folded scalars, appended.
    package mutating func fold(_ text: String, into scalars: inout [UInt32]) {
        if Self.foldASCII(text, into: &scalars) { return }
        walk(text) { folded, _ in scalars.append(contentsOf: folded) }
    }

    /// The folded scalars.
    package mutating func fold(_ text: String) -> [UInt32] {
        var scalars: [UInt32] = []
        fold(text, into: &scalars)
        return scalars
    }

    /// With the place that each came from.
    mutating func foldWithOrigins(_ text: String) -> (scalars: [UInt32], origins: [Origin]) {
        var scalars: [UInt32] = []
        var origins: [Origin] = []
        walk(text) { folded, origin in
            scalars.append(contentsOf: folded)
            for _ in folded { origins.append(origin) }
        }
        return (scalars, origins)
    }

    /// False, and nothing appended, when the text holds anything else.
    private static func foldASCII(_ text: String, into scalars: inout [UInt32]) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return false }
            scalars.reserveCapacity(scalars.count + bytes.count)
            for byte in bytes { scalars.append(lowercased(byte)) }
            return true
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt32 {
        UInt32(byte) + (byte &- 0x41 < 26 ? 0x20 : 0)
    }

    private mutating func walk(_ text: String, _ body: ([UInt32], Origin) -> Void) {
        var iterator = text.unicodeScalars.makeIterator()
        var next = iterator.next()
        var position: UInt32 = 0
        var cluster = ""
        while let first = next {
            var end = position + UInt32(UTF16.width(first))
            next = iterator.next()
            guard let following = next, Self.continues(following) else {
                body(fold(first), Origin(start: position, end: end))
                position = end
                continue
            }
            cluster.unicodeScalars.append(first)
            while let scalar = next, Self.continues(scalar) {
                cluster.unicodeScalars.append(scalar)
                end += UInt32(UTF16.width(scalar))
                next = iterator.next()
            }
            body(fold(cluster: cluster), Origin(start: position, end: end))
            cluster = ""
            position = end
        }
    }

    private mutating func fold(_ scalar: Unicode.Scalar) -> [UInt32] {
        if scalar.isASCII { return [Self.lowercased(UInt8(truncatingIfNeeded: scalar.value))] }
        if Self.isItsOwnFolding(scalar.value) { return [scalar.value] }
        return fold(cluster: String(scalar))
    }

    private mutating func fold(cluster: String) -> [UInt32] {
        // By bytes: as strings, canonically equivalent clusters are one key, which here only helps.
        if let folded = known[cluster] { return folded }
        var folded = String.UnicodeScalarView()
        for scalar in Self.normalized(cluster).unicodeScalars {
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                for upper in lower.properties.uppercaseMapping.unicodeScalars {
                    folded.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
                }
            }
        }
        let result = Self.normalized(String(folded)).unicodeScalars
            .filter { !$0.properties.isDefaultIgnorableCodePoint }.map(\.value)
        if known.count < Self.maximumKnown { known[cluster] = result }
        return result
    }

    /// NFKC. Composing alone would leave a Hangul syllable and a final behind it as two.
    private static func normalized(_ text: String) -> String {
        text.decomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
    }

    /// Whether a scalar belongs to the cluster of the one before it. Wider than combining marks alone: the vowels and
    /// finals of Hangul and half-width voicing marks compose, too.
    private static func continues(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x300 || isItsOwnFolding(scalar.value) { return false }
        if 0x1160...0x11FF ~= scalar.value { return true }
        return scalar.properties.canonicalCombiningClass != .notReordered || scalar.properties.isGraphemeExtend
    }

    /// Kana, ideographs and Hangul syllables that no mapping touches: most of what is written in them.
    private static func isItsOwnFolding(_ value: UInt32) -> Bool {
        0x4E00...0x9FFF ~= value || 0xAC00...0xD7A3 ~= value || 0x3041...0x3096 ~= value || 0x30A1...0x30FA ~= value
            || 0x20000...0x2A6DF ~= value
    }
}
