import ChatClient

extension TestSocket {
    /// The answer to the message with this `client_id`: an `ack` or an `error`. Frames before it are passed over.
    func answer(to clientID: String) async throws -> JSON {
        while true {
            let frame = try await frame()
            if frame["ref"]?.text == clientID { return frame }
        }
    }
}
