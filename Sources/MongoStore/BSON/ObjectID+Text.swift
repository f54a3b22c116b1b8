extension ObjectID: LosslessStringConvertible {
    /// Exactly 24 hexadecimal digits in either case; anything else is nil.
    package init?(_ hex: String) {
        let digits = hex.utf8
        guard digits.count == 24 else { return nil }
        var high: UInt64 = 0
        var low: UInt32 = 0
        for (index, digit) in digits.enumerated() {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            if index < 16 {
                high = high << 4 | UInt64(value)
            } else {
                low = low << 4 | UInt32(value)
            }
        }
        self.init(high: high, low: low)
    }

    /// 24 lowercase hexadecimal digits.
    package var description: String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            for index in 0..<24 {
                let nibble =
                    index < 16
                    ? UInt8(truncatingIfNeeded: high >> (60 - 4 * UInt64(index)) & 0xF)
                    : UInt8(truncatingIfNeeded: low >> (28 - 4 * UInt32(index - 16)) & 0xF)
                buffer[index] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
            }
            return 24
        }
    }
}

extension ObjectID: Codable {
    /// From a string of 24 hexadecimal digits.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ObjectID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 24 hexadecimal digits")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
