// The repositories' methods block, so they run as jobs of the pool. A closure may call several: they share the
// connection. Parameters and errors as those of `run`.
extension MongoClient {
    package func messages<T: Sendable>(
        deadline: Duration? = nil, _ label: StaticString,
        _ body: @escaping @Sendable (MessageRepository) throws -> T
    ) async throws -> T {
        try await run(deadline: deadline, label) { try body(MessageRepository($0)) }
    }

    package func rooms<T: Sendable>(
        deadline: Duration? = nil, _ label: StaticString, _ body: @escaping @Sendable (RoomRepository) throws -> T
    ) async throws -> T {
        try await run(deadline: deadline, label) { try body(RoomRepository($0)) }
    }

    package func members<T: Sendable>(
        deadline: Duration? = nil, _ label: StaticString,
        _ body: @escaping @Sendable (MemberRepository) throws -> T
    ) async throws -> T {
        try await run(deadline: deadline, label) { try body(MemberRepository($0)) }
    }

    package func users<T: Sendable>(
        deadline: Duration? = nil, _ label: StaticString, _ body: @escaping @Sendable (UserRepository) throws -> T
    ) async throws -> T {
        try await run(deadline: deadline, label) { try body(UserRepository($0)) }
    }
}

extension MongoConnection {
    package var messages: MessageRepository { MessageRepository(self) }
    package var rooms: RoomRepository { RoomRepository(self) }
    package var members: MemberRepository { MemberRepository(self) }
    package var users: UserRepository { UserRepository(self) }
}
