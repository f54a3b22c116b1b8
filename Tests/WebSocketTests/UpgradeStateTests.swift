import NIOCore
import NIOHTTP1
import Testing

@testable import WebSocket

@Suite("Requests, responses and the upgrade, in order")
struct UpgradeStateTests {
    private static let plain = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: ["Host": "test"])
    private static let upgrade = HTTPRequestHead(
        version: .http1_1, method: .GET, uri: "/chat/a",
        headers: [
            "Host": "test", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ])
    private static let body = HTTPServerRequestPart.body(ByteBuffer(string: "x"))

    /// An action in words.
    private func words(_ action: UpgradeState.ReadAction) -> String {
        switch action {
        case .pass: "pass"
        case .replace(let parts): "replace " + self.words(parts)
        case .keep: "keep"
        case .decide(let head): "decide \(head.uri)"
        }
    }

    private func words(_ parts: [HTTPServerRequestPart]) -> String {
        parts.map { part in
            switch part {
            case .head(let head): "\(head.uri) \(head.headers["connection"].joined())"
            case .body: "body"
            case .end: "end"
            }
        }.joined(separator: ", ")
    }

    @Test("Plain requests pass")
    func plain() {
        var state = UpgradeState()
        #expect(state.isIdle)
        for part in [.head(Self.plain), Self.body, .end(nil), .head(Self.plain), .end(nil)] {
            #expect(self.words(state.read(part)) == "pass")
        }
        #expect(!state.isIdle)
        #expect(state.wroteResponse() == nil)
        #expect(state.wroteResponse() == nil)
        #expect(state.isIdle)
        #expect(!state.isWritingLastResponse)
    }

    @Test("An upgrade request is kept until it is whole, then decided about; nothing is read meanwhile")
    func upgrade() {
        var state = UpgradeState()
        #expect(self.words(state.read(.head(Self.upgrade))) == "keep")
        #expect(state.mayRead)
        #expect(self.words(state.read(.end(nil))) == "decide /chat/a")
        #expect(!state.mayRead)
        guard case .upgrade = state.decided(accepted: true) else {
            Issue.record("not upgraded")
            return
        }
        #expect(state.mayRead)
        #expect(!state.isIdle)
        guard case .nothing = state.decided(accepted: true) else {
            Issue.record("decided twice")
            return
        }
    }

    @Test("An upgrade request waits for the answers to earlier requests")
    func waits() {
        var state = UpgradeState()
        for part in [.head(Self.plain), .end(nil), .head(Self.plain), .end(nil)] as [HTTPServerRequestPart] {
            _ = state.read(part)
        }
        #expect(self.words(state.read(.head(Self.upgrade))) == "keep")
        #expect(self.words(state.read(.end(nil))) == "keep")
        #expect(!state.mayRead)
        #expect(state.wroteResponse() == nil)
        #expect(state.wroteResponse()?.uri == "/chat/a")
    }

    @Test("A declined request passes as the connection's last")
    func declined() {
        var state = UpgradeState()
        _ = state.read(.head(Self.upgrade))
        _ = state.read(.end(nil))
        guard case .pass(let parts) = state.decided(accepted: false) else {
            Issue.record("not passed")
            return
        }
        #expect(self.words(parts) == "/chat/a close, end")
        #expect(state.isWritingLastResponse)
        #expect(state.mayRead)
        #expect(self.words(state.read(.head(Self.plain))) == "keep")
        #expect(state.wroteResponse() == nil)
        #expect(state.isIdle)
    }

    @Test("An upgrade request with a body passes as the connection's last")
    func body() {
        var state = UpgradeState()
        #expect(self.words(state.read(.head(Self.upgrade))) == "keep")
        #expect(self.words(state.read(Self.body)) == "replace /chat/a close, body")
        #expect(self.words(state.read(Self.body)) == "pass")
        #expect(self.words(state.read(.end(nil))) == "pass")
        #expect(state.isWritingLastResponse)
    }

    @Test("A request behind which the decoder stops, and one that says close, is the connection's last")
    func last() {
        var other = Self.plain
        other.headers.add(contentsOf: ["Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings"])
        var closing = Self.plain
        closing.headers.add(name: "Connection", value: "close")
        var malformed = Self.upgrade
        malformed.headers.remove(name: "Sec-WebSocket-Key")
        let tunnel = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: "/", headers: ["Host": "test"])
        let old = HTTPRequestHead(version: .http1_0, method: .GET, uri: "/")
        for head in [other, closing, malformed, tunnel, old] {
            var state = UpgradeState()
            #expect(self.words(state.read(.head(head))) == "replace \(head.uri) close")
            #expect(self.words(state.read(.end(nil))) == "pass")
            #expect(state.isWritingLastResponse)
            #expect(self.words(state.read(.head(Self.upgrade))) == "keep")
        }
    }

    @Test("A malformed upgrade request passes without its key, by which the responder knows it")
    func malformed() {
        var unconnected = Self.upgrade
        unconnected.headers.remove(name: "Connection")
        var nameless = Self.upgrade
        nameless.headers.remove(name: "Host")
        let old = HTTPRequestHead(version: .http1_0, method: .GET, uri: "/chat/a", headers: Self.upgrade.headers)
        for head in [unconnected, nameless, old] {
            var state = UpgradeState()
            guard case .replace(let parts) = state.read(.head(head)), case .head(let passed)? = parts.first else {
                Issue.record("passed as it was: \(head)")
                return
            }
            #expect(!passed.headers.contains(name: "Sec-WebSocket-Key"))
            #expect(passed.headers["Upgrade"] == ["websocket"])
        }
    }

    @Test("Upgrade without Connection: upgrade is a plain request")
    func unconnected() {
        var head = Self.plain
        head.headers.add(name: "Upgrade", value: "h2c")
        var state = UpgradeState()
        #expect(self.words(state.read(.head(head))) == "pass")
    }
}
