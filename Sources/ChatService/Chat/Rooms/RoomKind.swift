/// Who may see a room, and how it came to be.
package enum RoomKind: String, Hashable, Sendable, CaseIterable {
    /// Everyone's: found in the directory, and anyone may join.
    case `public`
    /// Its members', who were invited.
    case `private`
    /// Of two people, for good: nobody joins or is put out.
    case direct
    /// Its members', without a name of its own at first: what people make who want to talk together.
    case group
}
