package import BSON

/// A place in a list that is ordered by time, and where that is the same, by id. A client gets it as an opaque text.
package struct TimedPosition: Hashable, Sendable {
    package var at: Timestamp
    package var id: ObjectID

    package init(at: Timestamp, id: ObjectID) {
        self.at = at
        self.id = id
    }

    /// - Throws: `bad_request`, naming the parameter.
    package init(_ text: String, _ name: StaticString) throws(ChatError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0], radix: 36),
            // Such as any server can compare with.
            (0...253_402_300_799_999).contains(milliseconds), let id = ObjectID(String(parts[1]))
        else { throw .badRequest("\(name) is not what an earlier page said") }
        self.init(at: Timestamp(milliseconds: milliseconds), id: id)
    }

    package var text: String { "\(String(at.milliseconds, radix: 36))-\(id)" }
}
