import BSON
import Chat
package import ChatLog

extension Acknowledgement {
    /// Where and when the message was stored: the same in the `ack` frame and over REST.
    package func writeFields(to json: inout JSONWriter) {
        json.field("_id", id)
        json.field("seq", seq)
        json.field("timestamp", timestamp)
        json.field("duplicate", isDuplicate)
    }
}
