internal import Auth
internal import ChatClient

/// The network side of a driver: the one socket, and requests beside it. Everything that comes back is an input.
final class SessionNetwork {
    let inputs: AsyncStream<SessionInput>.Continuation

    private let endpoint: RoomEndpoint
    private let tokens: TokenSource
    /// Counts the attempts to connect; what belongs to an earlier one is dropped.
    private var attempt = 0
    private var connection: ChatConnection?
    /// The end of the chain of frames to send, which keeps their order.
    private var lastSend: Task<Void, Never>?

    init(endpoint: RoomEndpoint, tokens: TokenSource, inputs: AsyncStream<SessionInput>.Continuation) {
        self.endpoint = endpoint
        self.tokens = tokens
        self.inputs = inputs
    }

    func perform(_ action: SessionAction) {
        switch action {
        case .connect(let cursor): connect(cursor: cursor)
        case .send(let frame): send(frame)
        case .ping: ping()
        case .abandon: abandon()
        case .fetchOlder(let before):
            request(SessionEvent.older) { [endpoint] token throws(SessionEvent.Failure) in
                try await endpoint.history(token: token, before: before)
            }
        case .search(let text, let before):
            request(SessionEvent.found) { [endpoint] token throws(SessionEvent.Failure) in
                try await endpoint.search(token: token, text: text, before: before)
            }
        case .fetchThread(let root):
            request(SessionEvent.thread) { [endpoint] token throws(SessionEvent.Failure) in
                try await endpoint.thread(token: token, root: root)
            }
        case .fetchUnread:
            request(SessionEvent.unread) { [endpoint] token throws(SessionEvent.Failure) in
                try await endpoint.unread(token: token)
            }
        case .show, .finish: break
        }
    }

    /// The session's event for something of the current connection; `nil` for an earlier one.
    func event(for input: SessionInput) -> SessionEvent? {
        switch input {
        case .opened(attempt, let connection):
            self.connection = connection
            readNext(connection)
            return .connected
        case .frame(attempt, let frame):
            if let connection { readNext(connection) }
            guard let text = frame.text, let event = ServerEvent.decode(text) else { return nil }
            return .received(event, cursor: ServerEvent.cursor(in: text))
        case .ended(attempt, let end):
            connection = nil
            return .disconnected(end)
        case .pong(attempt):
            return .pong
        case .opened(_, let connection):
            Task { await connection.abort() }
            return nil
        default:
            return nil
        }
    }

    /// Says good-bye, after everything that was sent.
    func close() async {
        attempt += 1
        await lastSend?.value
        await connection?.close(code: 1000)
        connection = nil
    }

    private func connect(cursor: String?) {
        attempt += 1
        connection = nil
        lastSend = nil
        Task { [inputs, endpoint, tokens, attempt] in
            do {
                let connection = try await endpoint.connect(token: try tokens.token(), cursor: cursor)
                inputs.yield(.opened(attempt: attempt, connection))
            } catch {
                inputs.yield(.ended(attempt: attempt, RoomEndpoint.end(after: error)))
            }
        }
    }

    /// One frame for each time it is asked, so that a fast room waits in its socket and not in memory.
    private func readNext(_ connection: ChatConnection) {
        Task { [inputs, attempt] in
            do {
                if let frame = try await connection.next() {
                    inputs.yield(.frame(attempt: attempt, frame))
                } else {
                    inputs.yield(.ended(attempt: attempt, .closed(connection.closeReason)))
                }
            } catch {
                await connection.abort()
                inputs.yield(.ended(attempt: attempt, RoomEndpoint.end(after: error)))
            }
        }
    }

    private func send(_ frame: ClientFrame) {
        guard let connection else { return }
        lastSend = Task { [lastSend] in
            await lastSend?.value
            // A failure shows itself as the end of the connection; the session sends again what has to be.
            try? await connection.send(text: frame.json)
        }
    }

    private func ping() {
        guard let connection else { return }
        Task { [inputs, attempt] in
            guard (try? await connection.ping(Array("chat".utf8))) != nil else { return }
            inputs.yield(.pong(attempt: attempt))
        }
    }

    private func abandon() {
        guard let connection else { return }
        Task { await connection.abort() }
    }

    private func request<Answer: Sendable>(
        _ event: @escaping @Sendable (Result<Answer, SessionEvent.Failure>) -> SessionEvent,
        _ fetch: @escaping @Sendable (String) async throws(SessionEvent.Failure) -> Answer
    ) {
        Task { [inputs, tokens] in
            let token: String
            do throws(AuthError) {
                token = try tokens.token()
            } catch {
                inputs.yield(.page(event(.failure(SessionEvent.Failure(message: error.message)))))
                return
            }
            do throws(SessionEvent.Failure) {
                inputs.yield(.page(event(.success(try await fetch(token)))))
            } catch {
                inputs.yield(.page(event(.failure(error))))
            }
        }
    }
}
