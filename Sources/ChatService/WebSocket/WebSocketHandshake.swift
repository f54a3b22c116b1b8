import Crypto
package import HTTPTypes
package import NIOHTTP1

/// The opening handshake, seen from the server (RFC 6455 section 4.2).
package enum WebSocketHandshake {
    /// What a request is to the handshake.
    package enum Verdict: Hashable, Sendable {
        /// It asks for no WebSocket.
        case notAsked
        /// It asks for one as the RFC says.
        case valid
        /// It asks for one, but not as the RFC says; answer 400.
        case malformed
        /// It asks for a version other than 13; answer 426 with `Sec-WebSocket-Version: 13`.
        case wrongVersion
    }

    /// The protocol version of RFC 6455.
    package static let version = "13"

    /// Judges a request as the HTTP decoder read it.
    package static func verdict(on head: HTTPRequestHead) -> Verdict {
        let verdict = self.verdict(isGet: head.method == .GET) { head.headers[canonicalForm: $0].map(String.init) }
        guard verdict != .notAsked else { return .notAsked }
        let isAtLeast1_1 = head.version.major > 1 || (head.version.major == 1 && head.version.minor >= 1)
        return isAtLeast1_1 && head.headers["Host"].count == 1 ? verdict : .malformed
    }

    /// Judges a request as the responder sees it: there a declined upgrade arrives.
    package static func verdict(on request: HTTPRequest) -> Verdict {
        self.verdict(isGet: request.method == .get) { name in
            guard let name = HTTPField.Name(name) else { return [] }
            // The declined request's own `Connection` is replaced on its way to the responder.
            if name == .connection { return ["upgrade"] }
            return request.headerFields[values: name].flatMap { $0.split(separator: ",") }.map { value in
                String(value.trimmingSpaces)
            }
        }
    }

    private static func verdict(isGet: Bool, values: (String) -> [String]) -> Verdict {
        guard values("upgrade").contains(where: { $0.lowercased() == "websocket" }) else { return .notAsked }
        guard isGet, values("connection").contains(where: { $0.lowercased() == "upgrade" }) else { return .malformed }
        let versions = values("sec-websocket-version")
        guard versions.count == 1 else { return .malformed }
        guard versions[0] == self.version else { return .wrongVersion }
        let keys = values("sec-websocket-key")
        return keys.count == 1 && self.isKey(keys[0]) ? .valid : .malformed
    }

    /// Whether the text is 16 bytes in base64.
    static func isKey(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count == 24, bytes.suffix(2).elementsEqual("==".utf8) else { return false }
        return bytes.prefix(22).allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default:
                false
            }
        }
    }

    /// `Sec-WebSocket-Accept`: the SHA-1 of the key and the RFC's identifier, in base64 (section 4.2.2).
    package static func accept(key: String) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: Array(key.utf8))
        hash.update(data: Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        return self.base64(Array(hash.finalize()))
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for digit in 0..<4 {
                text.append(digit <= group.count ? alphabet[value >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
