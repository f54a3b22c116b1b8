import Testing

// Frames with an answer, for the second dialect.
extension TestSocket {
    /// Sends a message and returns its id.
    func said(_ content: String, _ fields: String = "") async throws -> String {
        let ref = "say-\(UInt64.random(in: 0 ... .max))"
        try await send(#"{"type":"message","content":\#(content.json),"client_id":"\#(ref)"\#(fields)}"#)
        let answer = try await next("ack") { $0["ref"]?.text == ref }
        return try #require(answer["_id"]?.text)
    }

    /// Sends a frame and returns the code of the error that answers it, or nil for an acknowledgement.
    func refusal(_ fields: String) async throws -> String? {
        let ref = "ask-\(UInt64.random(in: 0 ... .max))"
        try await send(#"{"ref":"\#(ref)",\#(fields)}"#)
        while true {
            let frame = try await frame()
            guard frame["ref"]?.text == ref else { continue }
            return frame.type == "error" ? frame["code"]?.text : nil
        }
    }
}
