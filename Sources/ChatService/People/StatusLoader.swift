import Chat

/// Reads the status of users who come: those who come while a read is under way are read together by the next.
actor StatusLoader {
    /// Read at once.
    static let batchSize = 500

    private let store: any PeopleStore
    private var waiting: [UserID: [CheckedContinuation<Result<UserStatus, ChatError>, Never>]] = [:]
    private var isReading = false

    init(store: any PeopleStore) {
        self.store = store
    }

    func status(of user: UserID) async throws(ChatError) -> UserStatus {
        let result = await withCheckedContinuation { continuation in
            waiting[user, default: []].append(continuation)
            if !isReading {
                isReading = true
                Task { await read() }
            }
        }
        return try result.get()
    }

    private func read() async {
        while !waiting.isEmpty {
            let users = Array(waiting.keys.prefix(Self.batchSize))
            let result: Result<[UserID: UserStatus], ChatError>
            do throws(ChatError) {
                result = .success(try await store.statuses(of: users))
            } catch {
                result = .failure(error)
            }
            for user in users {
                for continuation in waiting.removeValue(forKey: user) ?? [] {
                    continuation.resume(returning: result.map { $0[user] ?? .standard })
                }
            }
        }
        isReading = false
    }
}
