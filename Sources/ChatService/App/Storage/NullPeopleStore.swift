import Chat

/// Users' status for benchmarks: nothing is kept.
struct NullPeopleStore: PeopleStore {
    func statuses(of users: [UserID]) async throws(ChatError) -> [UserID: UserStatus] { [:] }
    func profile(of user: UserID) async throws(ChatError) -> UserProfile? { nil }
    func setStatus(_ status: UserStatus, of author: Author) async throws(ChatError) {}
    func noteSeen(_ users: [UserID: Timestamp]) async throws(ChatError) {}
}
