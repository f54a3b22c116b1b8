import ChatClient
import NIOCore
import NIOPosix
import TestSupport

/// A client's socket, as a test sees it.
struct TestSocket: Sendable {
    let connection: ChatConnection

    static let patience = TimeAmount.seconds(20)

    /// The next frame, whatever it is.
    func frame() async throws -> JSON {
        guard let frame = try await connection.next(within: Self.patience), let text = frame.text else {
            throw ChildProcess.Failure("the socket was closed: \(String(describing: connection.closeReason))")
        }
        return try JSON(text)
    }

    /// The next frame of this type; others before it are passed over.
    func next(_ type: String, where condition: (JSON) -> Bool = { _ in true }) async throws -> JSON {
        // Presence comes for ever.
        let deadline = NIODeadline.now() + .seconds(60)
        while deadline > .now() {
            let frame = try await frame()
            if frame.type == type, condition(frame) { return frame }
        }
        throw ChildProcess.Failure("no \(type) as expected came in time")
    }

    /// All frames that the server sent before it answered a ping.
    func drained() async throws -> [JSON] {
        try await connection.ping(Array("drain\(Int.random(in: 0..<1_000_000))".utf8))
        var frames: [JSON] = []
        while let frame = try? await connection.next(within: .milliseconds(50)) {
            if let text = frame.text { frames.append(try JSON(text)) }
        }
        return frames
    }

    func send(_ text: String) async throws {
        try await connection.send(text: text)
    }

    func say(_ content: String, clientID: String? = nil) async throws {
        let id = clientID.map { #","client_id":\#($0.json)"# } ?? ""
        try await send(#"{"type":"message","content":\#(content.json)\#(id)}"#)
    }

    /// Waits until the server closes, and returns its code.
    func closeCode() async throws -> Int? {
        while try await connection.next(within: Self.patience) != nil {}
        return connection.closeReason?.code
    }
}
