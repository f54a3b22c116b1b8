package import Chat
package import NIOCore

extension SearchPage.Hit {
    /// The message as everywhere, and `"matches": [[start, end], …]` behind its fields.
    package func json() -> ByteBuffer {
        var message = message.json()
        // Without its closing brace.
        let fields = message.readSlice(length: message.readableBytes - 1) ?? ByteBuffer()
        var matches = JSONWriter(ByteBuffer())
        matches.beginArray()
        for range in ranges {
            matches.beginArray()
            matches.integer(Int64(range.lowerBound))
            matches.integer(Int64(range.upperBound))
            matches.endArray()
        }
        matches.endArray()
        var buffer = fields
        buffer.writeString(",\"matches\":")
        var array = matches.buffer
        buffer.writeBuffer(&array)
        buffer.writeString("}")
        return buffer
    }
}
