/// Where a server is and what to ask it for: `ws://host:port/path?query`, or the same with `http`.
///
/// Path and query are kept as they were given, with their percent signs. TLS (`wss`, `https`) is not spoken here;
/// such addresses are refused with that reason.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an IP address, an IPv6 address without its brackets.
    package var host: String
    package var port: Int
    /// Begins with `/`.
    package var path: String
    /// What follows the `?`; `nil` without one.
    package var query: String?

    package init(host: String, port: Int, path: String = "/", query: String? = nil) {
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    /// - Throws: `bad_address` with what is wrong.
    package init(_ text: String) throws(ChatClientError) {
        guard let schemeEnd = text.firstRange(of: "://") else {
            throw ChatClientError(.badAddress, "\"\(text)\" is not of the form ws://host:port/path")
        }
        switch text[..<schemeEnd.lowerBound].lowercased() {
        case "ws", "http": break
        case "wss", "https":
            throw ChatClientError(.badAddress, "TLS is not supported here: use ws:// or http://")
        default:
            throw ChatClientError(.badAddress, "\"\(text)\" begins with neither ws:// nor http://")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ChatClientError(.badAddress, "the address has characters that must be percent-encoded")
        }
        let rest = text[schemeEnd.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let target = rest.dropFirst(authority.count)
        guard !target.contains("#"), !authority.contains("@") else {
            throw ChatClientError(.badAddress, "the address has a user or a fragment, which mean nothing here")
        }
        (self.host, self.port) = try Self.split(authority: authority)
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.path = parts.first.map { $0.isEmpty ? "/" : String($0) } ?? "/"
        self.query = parts.count == 2 ? String(parts[1]) : nil
    }

    private static func split(authority: Substring) throws(ChatClientError) -> (host: String, port: Int) {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw ChatClientError(.badAddress, "the address has a [ without its ]")
            }
            host = authority[..<end].dropFirst()
            rest = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(host.count)
        }
        guard !host.isEmpty else { throw ChatClientError(.badAddress, "the address has no host") }
        if rest.isEmpty { return (String(host), 80) }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.allSatisfy(\.isNumber), let port = Int(digits), (1...65_535).contains(port)
        else {
            throw ChatClientError(.badAddress, "the address's port is not 1 to 65535")
        }
        return (String(host), port)
    }

    /// What stands in the request line.
    package var target: String { query.map { "\(path)?\($0)" } ?? path }

    /// What stands in the `Host` header.
    package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    package var description: String { "\(authority)\(target)" }

    /// This address with more steps at the end of its path and another query.
    ///
    /// - Parameter parameters: names and values, encoded here.
    package func appending(path more: String, parameters: [(String, String)] = []) -> ServerAddress {
        var address = self
        while address.path.hasSuffix("/") { address.path.removeLast() }
        address.path += more
        let pairs = parameters.map { "\(Self.percentEncoded($0.0))=\(Self.percentEncoded($0.1))" }
        address.query = pairs.isEmpty ? nil : pairs.joined(separator: "&")
        return address
    }

    /// Everything but the unreserved characters (RFC 3986 section 2.3) as `%` and two hex digits.
    package static func percentEncoded(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
