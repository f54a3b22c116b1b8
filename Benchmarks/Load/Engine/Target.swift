import Auth
import Chat
import Glibc

/// The service under load, and how its clients come in.
struct Target {
    enum Dialect {
        case basic, second
    }

    var address: sockaddr_in
    let host: String
    let issuer: TokenIssuer
    let dialect: Dialect

    /// - Parameter port: on 127.0.0.1; load goes nowhere else.
    init(port: UInt16, secret: String, dialect: Dialect) throws {
        address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        host = "127.0.0.1:\(port)"
        issuer = TokenIssuer(secret: try SigningSecret(secret))
        self.dialect = dialect
    }

    /// A request that opens a WebSocket (RFC 6455, section 4.1).
    func upgradeRequest(room: String, user: String, cursor: String?) throws -> [UInt8] {
        let token = try issuer.issue(userID: UserID(user), lifetimeSeconds: 86_400).token
        let query = cursor.map { "?cursor=\($0)" } ?? ""
        let subprotocol = dialect == .second ? "Sec-WebSocket-Protocol: chat.v2\r\n" : ""
        return Array(
            """
            GET /chat/\(room)\(query) HTTP/1.1\r
            Host: \(host)\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGVydHVsaWEtYmVuY2g9PQ==\r
            \(subprotocol)Authorization: Bearer \(token)\r
            \r

            """.utf8)
    }
}
