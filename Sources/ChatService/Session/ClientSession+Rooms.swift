import Auth
import BSON
import Chat
import Hub
import NIOCore
import WebSocket

// What a client may do in the second dialect besides talking.
extension ClientSession {
    private static let joinPause = TimeAmount.milliseconds(20)

    /// A socket for many rooms joins one.
    func join(_ frame: ClientFrame, cursor: String?) throws(ChatError) {
        guard case .rooms = scope else { throw .badRequest("this socket is for one room; /chat is for many") }
        guard let id = frame.room else { throw .badRequest("room_id is missing") }
        let point: ResumePoint = if let cursor { .cursor(try Cursor(cursor, in: id)) } else { .newest }
        guard seats[id] == nil, joining[id] == nil else { throw .conflict("this socket has joined the room") }
        let maximum = services.limits.maximumRooms
        guard seats.count + joining.count < maximum else {
            throw .badRequest("a socket joins at most \(maximum) rooms")
        }
        lastJoin += 1
        let number = lastJoin
        joining[id] = number
        let (admission, author) = (services.admission, author)
        services.perform { () async throws(ChatError) in
            try await admission.enter(id, as: author)
        } outcome: { result in
            // Left meanwhile, or closed.
            guard self.joining[id] == number else { return }
            switch result {
            case .success(let handle):
                self.sit(handle, at: point, number: number, ref: frame.ref)
            case .failure(let error):
                self.joining[id] = nil
                self.send(.error(error, ref: frame.ref), room: id)
            }
        }
    }

    private func sit(_ handle: RoomHandle, at point: ResumePoint, number: UInt64, ref: String?) {
        let id = handle.live.id
        guard let link, joining[id] == number else { return }
        // One room's past after the other, as fast as the client reads.
        if link.outlet.isBehind {
            link.eventLoop.assumeIsolated().scheduleTask(in: Self.joinPause) { [weak self] in
                self?.sit(handle, at: point, number: number, ref: ref)
            }
            return
        }
        joining[id] = nil
        let seat = makeSeat(handle, link)
        seats[id] = seat
        seat.enter(from: point) { [weak self] welcome in
            if let ref { self?.send(.done(ref: ref), room: id) }
            self?.send(snapshot: welcome.frames)
            self?.welcomeNewcomer(to: handle.live)
        } failed: { [weak self, weak seat] error in
            if let self, seats[id] === seat { seats[id] = nil }
            self?.send(.error(error, ref: ref), room: id)
        } expelled: { [weak self] expulsion in
            self?.expelled(from: id, expulsion)
        }
    }

    func leave(_ frame: ClientFrame) throws(ChatError) {
        guard case .rooms = scope else { throw .badRequest("close the socket to leave its room") }
        guard let id = frame.room else { throw .badRequest("room_id is missing") }
        guard joining.removeValue(forKey: id) != nil || seats[id] != nil else {
            throw .badRequest("this socket has not joined the room")
        }
        seats.removeValue(forKey: id)?.leave()
        if let ref = frame.ref { send(.done(ref: ref), room: id) }
    }

    /// The place in one of many rooms ends; the socket and its other rooms stay.
    private func expelled(from id: RoomID, _ expulsion: Expulsion) {
        guard let seat = seats.removeValue(forKey: id) else { return }
        seat.leave()
        send(.closing(code: expulsion.code.rawValue, retryAfterMilliseconds: nil), room: id)
    }

    /// A page of history, as over REST.
    func history(_ frame: ClientFrame, before: ObjectID?, limit: Int?) throws(ChatError) {
        let handle = try seat(for: frame).handle
        try handle.live.access.require(.read, of: author.id)
        let position: HistoryPosition = before.map { .before($0) } ?? .newest
        let limit = limit ?? PageLimit.standard
        let store = services.admission.store
        var seen = handle.room
        seen.firstSeq = handle.live.access.firstVisible(to: author.id)
        seen.lastSeqHint = max(seen.lastSeqHint, handle.live.delivered ?? 0)
        try request { [seen] () async throws(ChatError) in
            if seen.isBlank { return HistoryPage(messages: [], nextBeforeID: nil) }
            if seen.settings.history == .all, let page = handle.live.recentPage(at: position, limit: limit) {
                return page
            }
            let page = try await store.history(of: seen, at: position, limit: limit)
            return HistoryPage(messages: page.messages.map { $0.json() }, nextBeforeID: page.nextBeforeID)
        } outcome: { result in
            switch result {
            case .success(let page):
                var history = ServerEvent.HistoryFrame(page.messages)
                history.answer = (frame.ref, page.nextBeforeID)
                self.answer(.history(history), to: frame)
            case .failure(let error):
                self.answer(.error(error, ref: frame.ref), to: frame)
            }
        }
    }

    // MARK: The token

    /// How long before its end a client is told.
    private static let expiryWarningSeconds: Int64 = 60

    /// A new token of the same user; where the team's own application acts as him, of that.
    func renew(_ token: String, _ frame: ClientFrame) throws(ChatError) {
        let bearer = try services.admission.identity(of: token)
        if let application = identity.actedBy {
            guard bearer.isService, bearer.userID == application else {
                throw .forbidden("the token is not of the application that opened this socket")
            }
            (identity.expiresAt, identity.issuedAt) = (bearer.expiresAt, bearer.issuedAt)
        } else {
            guard bearer.userID == author.id else { throw .forbidden("the token is another user's") }
            identity = bearer
        }
        expiresAt = identity.expiresAt
        if let link { services.admission.sessions.renew(link.outlet.id, identity) }
        isWarnedOfExpiry = false
        if let ref = frame.ref { send(.done(ref: ref)) }
    }

    /// Warns of the token's end, and ends the socket with it.
    func checkExpiry(now: Timestamp) {
        guard let expiresAt else { return }
        let left = expiresAt - now.milliseconds / 1_000
        if left <= 0 {
            close(.tokenExpired)
        } else if left <= Self.expiryWarningSeconds, dialect == .second, !isWarnedOfExpiry {
            isWarnedOfExpiry = true
            send(.authenticationExpiring(Timestamp(milliseconds: expiresAt * 1_000)))
        }
    }
}
