/// What a room's document says for other processes to follow: where its log ends, which order it has, and how often somebody
/// acted on it.
package struct RoomNote: Hashable, Sendable {
    /// Where the room's log was last noted to end. Never goes back as long as the room's order stands.
    package var end: LogEnd
    /// See ``Room/epoch``.
    package var epoch: Int64
    /// The first message that retention left.
    package var firstSeq: Int64
    /// See ``Room/revision``.
    package var revision: Int64

    package init(end: LogEnd, epoch: Int64 = 1, firstSeq: Int64 = 1, revision: Int64 = 0) {
        self.end = end
        self.epoch = epoch
        self.firstSeq = firstSeq
        self.revision = revision
    }
}
