package import Chat
package import NIOCore

/// What a client asks over its socket: a command, and what the answer is named by.
package struct ClientFrame: Hashable, Sendable {
    package var command: Command
    /// The `client_id`, else the `ref`: 1 to ``maximumReferenceBytes`` bytes. Comes back in the answer.
    package var ref: String?
    /// The `room_id`, on the socket for many rooms. Not read in the basic dialect.
    package var room: RoomID?

    /// A frame that is refused, with what names it in the answer.
    package struct Refusal: Error, Hashable, Sendable {
        package var error: ChatError
        package var ref: String?
        package var room: RoomID?
    }

    package static let maximumReferenceBytes = MessageDraft.clientIDLength.upperBound

    package init(command: Command, ref: String? = nil, room: RoomID? = nil) {
        self.command = command
        self.ref = ref
        self.room = room
    }

    /// Reads one JSON object. Fields that the command does not have are passed over.
    ///
    /// - Throws: `bad_request` for what is no JSON object, a missing, wrong-typed or overlong field, an unknown type, or
    ///   one that the dialect does not have.
    package init(json: ByteBuffer, dialect: Dialect) throws(Refusal) {
        self = try json.withUnsafeReadableBytes { bytes throws(Refusal) in
            try Self.read(bytes, dialect)
        }
    }

    private static func read(_ bytes: UnsafeRawBufferPointer, _ dialect: Dialect) throws(Refusal) -> ClientFrame {
        let fields: ClientFrameFields
        do throws(ChatError) {
            fields = try ClientFrameFields(bytes)
        } catch {
            throw Refusal(error: error)
        }
        let references = ClientFrameReferences(fields)
        var room: RoomID?
        do throws(ChatError) {
            if dialect == .second, let text = try fields.optionalText("room_id") { room = try RoomID(text) }
            try references.check()
            let command = try Command(fields, references, dialect)
            return ClientFrame(command: command, ref: references.usable, room: room)
        } catch {
            throw Refusal(error: error, ref: references.usable, room: room)
        }
    }
}
