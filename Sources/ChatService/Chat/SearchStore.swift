/// What searching needs of storage. Both answer within a bounded time with what was found by then.
///
/// Every method throws `ChatError`: `unavailable` when the database does not answer.
package protocol SearchStore: Sendable {
    /// Hits in a room that the user may read.
    /// - Parameter first: older messages are not looked at.
    func search(_ query: SearchQuery, in room: RoomID, from first: Int64) async throws(ChatError) -> SearchPage

    /// Hits in all rooms that the user is a member of, and in no other.
    func search(_ query: SearchQuery, inRoomsOf user: UserID) async throws(ChatError) -> SearchPage
}
