import Chat
import ChatLog
import Hub
import NIOCore

/// One socket's place in one room. Bound to the socket's event loop.
final class RoomSeat {
    private enum Phase {
        /// What the client missed is being read.
        case waiting
        case seated
        case left
    }

    let handle: RoomHandle
    private let author: Author
    private let dialect: Dialect
    private let link: SocketLink
    private let services: SessionServices
    private var phase = Phase.waiting

    /// How often what is missed is read; more than once only if as much as is kept was written meanwhile.
    private static let attempts = 4

    init(handle: RoomHandle, author: Author, dialect: Dialect, link: SocketLink, services: SessionServices) {
        self.handle = handle
        self.author = author
        self.dialect = dialect
        self.link = link
        self.services = services
    }

    var id: RoomID { handle.live.id }
    private var room: LiveRoom { handle.live }

    /// Sits down, at once if nothing must be read for it.
    ///
    /// - Parameters:
    ///   - ready: called with what the client gets first, before anything else of the room reaches it; not when it left
    ///     meanwhile.
    ///   - failed: called instead when the database does not answer.
    ///   - expelled: called when the user may no longer be there, at any time from now on.
    func enter(
        from point: ResumePoint, ready: @escaping (Welcome) -> Void, failed: @escaping (ChatError) -> Void,
        expelled: @escaping (Expulsion) -> Void
    ) {
        let eventLoop = link.eventLoop
        let onExpulsion = NIOLoopBound(expelled, eventLoop: eventLoop)
        let expulsion = room.access.attach(author.id, link.outlet.id, asMember: true) { expulsion in
            eventLoop.execute { onExpulsion.value(expulsion) }
        }
        if let expulsion {
            phase = .left
            return expelled(expulsion)
        }
        _ = services.people.enter(author.id, id)
        guard room.isBehind(point) else {
            return enter(from: point, attempts: Self.attempts, ready: ready, failed: failed)
        }
        // Another process may have brought the client further than this one has looked.
        services.perform { [handle] () async throws(ChatError) in
            try await handle.catchUp()
        } outcome: { result in
            switch result {
            case .success: self.enter(from: point, attempts: Self.attempts, ready: ready, failed: failed)
            case .failure(let error): self.fail(error, failed)
            }
        }
    }

    private func enter(
        from point: ResumePoint, attempts: Int, ready: @escaping (Welcome) -> Void,
        failed: @escaping (ChatError) -> Void
    ) {
        guard case .waiting = phase else { return }
        let hides = services.people.hides(author.id)
        switch room.join(
            author.id, outlet: link.outlet.id, dialect: dialect, from: point, isHidden: hides, now: .now)
        {
        case .welcome(let welcome):
            phase = .seated
            // He may have changed his mind meanwhile.
            if services.people.hides(author.id) != hides { room.setHidden(author.id, !hides) }
            // What the room is told from here on reaches this loop in a later turn, so the welcome stands before it.
            link.subscribe(to: room.topics[.init(dialect)], after: welcome.position)
            ready(welcome)
        case .ended:
            fail(.unavailable("the room is loaded anew"), failed)
        case .needs(let missed):
            guard attempts > 0 else {
                return fail(.unavailable("the room is too busy to catch up with; try again"), failed)
            }
            services.perform { [handle] () async throws(ChatError) in
                try await handle.bringBack(missed)
            } outcome: { result in
                switch result {
                case .success: self.enter(from: point, attempts: attempts - 1, ready: ready, failed: failed)
                case .failure(let error): self.fail(error, failed)
                }
            }
        }
    }

    private func fail(_ error: ChatError, _ failed: (ChatError) -> Void) {
        // Who left meanwhile asked for nothing any more.
        guard case .waiting = phase else { return }
        leave()
        failed(error)
    }

    /// - Throws: what the room's rules refuse with.
    func setTyping(_ isTyping: Bool) throws(ChatError) {
        guard case .seated = phase else { return }
        if isTyping { try room.access.admit(.type, of: author.id) }
        room.setTyping(author.id, isTyping, now: .now)
    }

    /// Gets up; only the first call counts.
    func leave() {
        defer { phase = .left }
        if case .left = phase { return }
        room.access.detach(author.id, link.outlet.id)
        services.people.leave(author.id, id)
        guard case .seated = phase else { return }
        link.unsubscribe(from: room.topics[.init(dialect)])
        room.leave(author.id, outlet: link.outlet.id, dialect: dialect, now: .now)
    }
}
