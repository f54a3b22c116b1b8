/// One masked `message` frame, made once; only what differs is written before each send.
///
/// The key of the mask is fixed: what RFC 6455 guards against with a fresh one is no matter of a benchmark, and the
/// receiver's work is the same.
struct SendBuffer: ~Copyable {
    let bytes: UnsafeMutablePointer<UInt8>
    let count: Int
    private let payload: UnsafeMutablePointer<UInt8>
    private let payloadCount: Int
    private let plain: UnsafeMutablePointer<UInt8>
    private let stampPlace: Int
    private let clientIDPlace: Int

    private static let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    /// - Parameter contentBytes: 26 to 8,000.
    init(contentBytes: Int) {
        let head = #"{"type":"message","content":""#
        let filler = String(repeating: "x", count: Stamp.length)
        let text = Self.filler(contentBytes - Stamp.length)
        let middle = #"","client_id":""#
        let json = Array((head + filler + text + middle + "0123456789abcdef" + "\"}").utf8)
        stampPlace = head.utf8.count
        clientIDPlace = stampPlace + Stamp.length + text.utf8.count + middle.utf8.count
        payloadCount = json.count
        plain = .allocate(capacity: json.count)
        plain.initialize(from: json, count: json.count)
        var header: [UInt8] = [0x81]
        if json.count < 126 {
            header.append(0x80 | UInt8(json.count))
        } else {
            header += [0x80 | 126, UInt8(json.count >> 8), UInt8(json.count & 255)]
        }
        header += Self.key
        count = header.count + json.count
        bytes = .allocate(capacity: count)
        bytes.initialize(from: header, count: header.count)
        payload = bytes + header.count
    }

    deinit {
        bytes.deallocate()
        plain.deallocate()
    }

    /// Plain English of that length, so that the JSON needs no escapes.
    private static func filler(_ length: Int) -> String {
        let words = "the quick brown fox jumps over the lazy dog and runs away "
        return String(String(repeating: words, count: length / words.utf8.count + 1).prefix(max(0, length)))
    }

    mutating func prepare(_ stamp: Stamp, number: UInt32) {
        stamp.write(to: plain + stampPlace)
        Stamp.writeHex(UInt64(stamp.client) << 32 | UInt64(number), digits: 16, to: plain + clientIDPlace)
        let key = Self.key
        for place in 0..<payloadCount { payload[place] = plain[place] ^ key[place & 3] }
    }
}
