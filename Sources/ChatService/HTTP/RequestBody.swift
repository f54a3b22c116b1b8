import Auth
import Chat
import Hummingbird
import NIOCore

extension Request {
    /// Reads the body, which is one JSON object, by the same reader as the frames of sockets. An empty one is an object
    /// without fields; fields that are not asked for are passed over.
    ///
    /// - Throws: what `read` throws; `bad_request`, naming the field that is wrong; `too_large`.
    func fields<Value>(
        upTo maximumBytes: Int = 65_536, _ read: (borrowing ClientFrameFields) throws(ChatError) -> Value
    ) async throws -> Value {
        let body = try await body.collect(upTo: maximumBytes)
        let object = body.readableBytes > 0 ? body : ByteBuffer(string: "{}")
        return try object.withUnsafeReadableBytes { bytes throws(ChatError) in
            try read(try ClientFrameFields(bytes, as: "the body"))
        }
    }
}

extension ServiceRequestContext {
    /// - Throws: `unauthorized`.
    func requireIdentity() throws(ChatError) -> Identity {
        guard let identity else { throw .unauthorized("a token is needed") }
        return identity
    }

    func roomID() throws(ChatError) -> RoomID { try RoomID(pathText("room_id")) }
    func userID() throws(ChatError) -> UserID { try UserID(pathText("user_id")) }
}
