import Chat
import NIOCore
import WebSocket

/// Turns events into whole WebSocket text frames.
enum FrameEncoder {
    /// - Parameters: see `ServerEvent.writeFrame`.
    static func frame(_ event: ServerEvent, room: RoomID? = nil, cursor: String? = nil) -> ByteBuffer {
        var frame = ByteBuffer()
        append(event, room: room, cursor: cursor, to: &frame)
        return frame
    }

    static func append(_ event: ServerEvent, room: RoomID? = nil, cursor: String? = nil, to frames: inout ByteBuffer) {
        var json = JSONWriter()
        event.writeFrame(to: &json, room: room, cursor: cursor)
        append(text: json.buffer, to: &frames)
    }

    /// Appends the event in the form of the events socket.
    static func append(event: ServerEvent, to frames: inout ByteBuffer) {
        var json = JSONWriter()
        event.writeEvent(to: &json)
        append(text: json.buffer, to: &frames)
    }

    /// Appends a frame of JSON that is encoded already.
    static func append(text json: ByteBuffer, to frames: inout ByteBuffer) {
        FrameWriter.write(.text, payload: json, into: &frames)
    }

    /// Appends a frame of an object that is encoded already, with the cursor as one more field.
    static func append(text json: ByteBuffer, cursor: String, to frames: inout ByteBuffer) {
        let open = json.getSlice(at: json.readerIndex, length: json.readableBytes - 1) ?? json
        let length = open.readableBytes + 13 + cursor.utf8.count
        FrameWriter.writeHeader(.text, payloadBytes: length, into: &frames)
        frames.writeImmutableBuffer(open)
        frames.writeStaticString(",\"cursor\":\"")
        frames.writeString(cursor)
        frames.writeStaticString("\"}")
    }
}
