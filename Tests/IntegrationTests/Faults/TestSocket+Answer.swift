import ChatClient

extension TestSocket {
    /// The answer to the message with this `client_id`: an `ack` or an `error`. Frames before it are passed over.
    func answer(to clientID: String) async throws -> JSON {
        while true {
            let frame = try await frame()
            if frame["ref"]?.text == clientID { return frame }
        }
    }

    /// Sends a message again, as clients do, until it is acknowledged.
    func insist(on clientID: String, sending: () async throws -> Void) async throws {
        repeat {
            try await sending()
        } while try await answer(to: clientID).type != "ack"
    }
}
