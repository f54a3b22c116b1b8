import Chat

/// Reading for benchmarks: nothing is kept.
struct NullReadStore: ReadStore {
    func advance(_ positions: [ReadPosition]) async throws(ChatError) {}
    func readState(of user: UserID, in room: RoomID) async throws(ChatError) -> ReadState? {
        ReadState(seq: 0, sharesReceipts: true)
    }
    func unread(of user: UserID, after: RoomID?, limit: Int) async throws(ChatError) -> UnreadPage {
        UnreadPage(rooms: [], nextAfter: nil)
    }
    func readers(of message: Message, after: UserID?, limit: Int) async throws(ChatError) -> ReadersPage {
        ReadersPage(readers: [], nextAfter: nil)
    }
    func sharesReceipts(_ user: UserID) async throws(ChatError) -> Bool { true }
    func setSharesReceipts(_ shares: Bool, of author: Author) async throws(ChatError) {}
}
