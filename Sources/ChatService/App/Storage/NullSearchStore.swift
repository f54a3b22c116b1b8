import Chat

/// Search for benchmarks: nothing is kept, so nothing is found.
struct NullSearchStore: SearchStore {
    func search(
        _ query: SearchQuery, in room: RoomID, from first: Int64
    ) async throws(ChatError) -> SearchPage { .empty }

    func search(
        _ query: SearchQuery, inRoomsOf user: UserID
    ) async throws(ChatError) -> SearchPage { .empty }
}
