import Testing

// Frames with an answer, for the second dialect.
extension TestSocket {
    /// Sends a message and returns its id, once the room has been shown it.
    func said(_ content: String, _ fields: String = "") async throws -> String {
        let ref = "say-\(UInt64.random(in: 0 ... .max))"
        try await send(#"{"type":"message","content":\#(content.json),"client_id":"\#(ref)"\#(fields)}"#)
        // The acknowledgement may come before the message, and before anyone else can have read it.
        var id: String?
        var shown: Set<String> = []
        while true {
            let frame = try await frame()
            if frame.type == "ack", frame["ref"]?.text == ref { id = try #require(frame["_id"]?.text) }
            if frame.type == "message", let seen = frame["_id"]?.text { shown.insert(seen) }
            if let id, shown.contains(id) { return id }
        }
    }

    /// The same for a frame that has no answer when all is well: a ping behind it has.
    func refusal(_ fields: String, orPongTo name: String) async throws -> String? {
        let (ref, pong) = ("\(name)-\(UInt64.random(in: 0 ... .max))", "pong-\(UInt64.random(in: 0 ... .max))")
        try await send(#"{"ref":"\#(ref)",\#(fields)}"#)
        try await send(#"{"type":"ping","ref":"\#(pong)"}"#)
        while true {
            let frame = try await frame()
            if frame["ref"]?.text == ref { return frame["code"]?.text }
            if frame["ref"]?.text == pong { return nil }
        }
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
