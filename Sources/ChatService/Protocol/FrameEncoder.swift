import NIOCore
import WebSocket

/// Turns events into whole WebSocket text frames.
enum FrameEncoder {
    static func frame(_ event: ServerEvent) -> ByteBuffer {
        var json = JSONWriter()
        event.writeFrame(to: &json)
        var frame = ByteBuffer()
        append(text: json.buffer, to: &frame)
        return frame
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
}
