package import Chat

/// What identifies a message for its sender, within one room.
package struct ClientKey: Hashable, Sendable {
    package let userID: UserID
    package let clientID: String

    package init(userID: UserID, clientID: String) {
        self.userID = userID
        self.clientID = clientID
    }

    // By bytes, as the unique index compares, not by Unicode's canonical equivalence as `String` does.
    package static func == (left: ClientKey, right: ClientKey) -> Bool {
        left.userID == right.userID && left.clientID.utf8.elementsEqual(right.clientID.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(userID)
        var text = clientID
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
