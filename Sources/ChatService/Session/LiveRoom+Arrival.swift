import BSON
import Chat
import ChatLog
import Hub
import NIOCore
import Synchronization

extension LiveRoom {
    /// A socket comes. Tells the others, and returns what the newcomer gets first; or, before anything happens, which
    /// older messages that takes.
    func join(
        _ user: UserID, outlet: Outlet.ID, dialect: Dialect, from point: ResumePoint, isHidden: Bool = false,
        now: ContinuousClock.Instant
    ) -> Arrival {
        let first = access.firstVisible(to: user)
        return state.withLock { state in
            if state.isEnded { return .ended }
            var frames: ByteBuffer
            switch messages(from: point, dialect, first, &state) {
            case .needs(let missed): return .needs(missed)
            case .frames(let first): frames = first
            }
            state.audience.add(RoomAudience.Kind(dialect))
            let notices = state.presence.join(user, outlet: outlet, isHidden: isHidden, now: now)
            // Where the room is told the whole list anyway, the newcomer needs none of his own.
            let isToldToAll = dialect == .basic && notices.contains { $0.isWholeList }
            if !isToldToAll { append(state.presence.snapshot(), to: &frames, dialect) }
            tell(notices, state)
            return .welcome(Welcome(frames: frames, position: state.position, cursor: state.cursor))
        }
    }

    /// A socket of the room closed, or left it.
    func leave(_ user: UserID, outlet: Outlet.ID, dialect: Dialect, now: ContinuousClock.Instant) {
        state.withLock { state in
            state.audience.remove(RoomAudience.Kind(dialect))
            let (isGone, notices) = state.presence.leave(user, outlet: outlet, now: now)
            if isGone { state.typing.set(user, isTyping: false, now: now) }
            tell(notices, state)
            if isGone { tellTyping(&state, now: now) }
        }
    }

    /// An events socket came; returns the position after which what it hears follows, or nil when the room's order was lost.
    func addEventListener() -> Int64? {
        state.withLock { state in
            if state.isEnded { return nil }
            state.audience.add(.events)
            return state.position
        }
    }

    func removeEventListener() {
        state.withLock { $0.audience.remove(.events) }
    }

    // MARK: The messages that a newcomer gets

    private enum FirstFrames {
        case frames(ByteBuffer)
        case needs(Missed)
    }

    /// - Parameter first: the first message that the newcomer sees.
    private func messages(
        from point: ResumePoint, _ dialect: Dialect, _ first: Int64, _ state: inout State
    ) -> FirstFrames {
        switch point {
        case .newest: .frames(historyFrame(dialect, first, &state))
        case .cursor(let cursor): resume(from: cursor, dialect, first, &state)
        case .after(let id): history(after: id, first, &state)
        }
    }

    private func historyFrame(_ dialect: Dialect, _ first: Int64, _ state: inout State) -> ByteBuffer {
        // Who does not see all gets a frame of his own.
        let isShared = first <= state.firstSeq
        if isShared, let frame = state.historyFrames[dialect] { return frame }
        let event = ServerEvent.history(.init(state.recent.newest(limits.historyFrame, from: first)))
        let frame =
            switch dialect {
            case .basic: FrameEncoder.frame(event)
            case .second: FrameEncoder.frame(event, room: id, cursor: state.cursor.text(in: id))
            }
        if isShared { state.historyFrames[dialect] = frame }
        return frame
    }

    /// All that was missed, then `resumed`; or `resync` and the newest messages.
    private func resume(
        from cursor: Cursor, _ dialect: Dialect, _ first: Int64, _ state: inout State
    ) -> FirstFrames {
        let last = state.gate.delivered ?? 0
        var cursor = cursor
        if first > state.firstSeq, cursor.seq < first - 1 { cursor.seq = first - 1 }
        if let reason = resync(from: cursor, last, state) { return beginAnew(reason, dialect, first, &state) }
        guard let missed = state.recent.after(cursor.seq) else { return .needs(.messages(from: cursor.seq + 1)) }
        guard let changed = state.recentChanges.messages(after: cursor.rev, last: state.rev, from: first) else {
            return .needs(.changes(from: cursor.rev + 1))
        }
        let bytes = missed.reduce(256) { $0 + $1.json.readableBytes + 64 } + changed.reduce(0) { $0 + $1.readableBytes }
        if bytes > limits.resumedBytes { return beginAnew(.tooFar, dialect, first, &state) }
        var frames = ByteBuffer()
        frames.reserveCapacity(bytes)
        for (seq, json) in missed {
            let text = Cursor(epoch: cursor.epoch, seq: seq, rev: cursor.rev).text(in: id)
            FrameEncoder.append(text: json, cursor: text, to: &frames)
        }
        let text = Cursor(epoch: cursor.epoch, seq: last, rev: cursor.rev).text(in: id)
        for json in changed {
            FrameEncoder.append(.changedMeanwhile(message: json), room: id, cursor: text, to: &frames)
        }
        FrameEncoder.append(
            .resumed(from: cursor.seq, to: last, count: missed.count, changed: changed.count), room: id,
            cursor: state.cursor.text(in: id), to: &frames)
        return .frames(frames)
    }

    private func beginAnew(
        _ reason: ServerEvent.Resync, _ dialect: Dialect, _ first: Int64, _ state: inout State
    ) -> FirstFrames {
        var frames = FrameEncoder.frame(.resync(reason), room: id, cursor: state.cursor.text(in: id))
        frames.writeImmutableBuffer(historyFrame(dialect, first, &state))
        return .frames(frames)
    }

    /// Whether the client has seen more than this process has.
    func isBehind(_ point: ResumePoint) -> Bool {
        guard case .cursor(let cursor) = point else { return false }
        return state.withLock { state in
            guard cursor.epoch == state.epoch, let delivered = state.gate.delivered else { return false }
            return cursor.seq > delivered || cursor.rev > state.rev
        }
    }

    private func resync(from cursor: Cursor, _ last: Int64, _ state: State) -> ServerEvent.Resync? {
        if cursor.epoch != state.epoch { return .epoch }
        if cursor.seq > last || cursor.rev > state.rev { return .ahead }
        if cursor.seq < state.firstSeq - 1 { return .expired }
        return max(last - cursor.seq, state.rev - cursor.rev) > Int64(limits.resumedMessages) ? .tooFar : nil
    }

    /// Basic dialect: a `history` frame of what is newer than the message, up to the number that is resumed.
    private func history(after id: ObjectID, _ first: Int64, _ state: inout State) -> FirstFrames {
        let last = state.gate.delivered ?? 0
        let floor = max(last - Int64(limits.resumedMessages), state.firstSeq - 1, first - 1)
        guard let oldest = state.recent.oldestSeq, floor < last else {
            return .frames(historyFrame(.basic, first, &state))
        }
        let known = state.recent.seq(upTo: id)
        // Older than what is here: only with all that may be sent at hand, and one more, can it be told where it lies.
        let needed = max(floor, state.firstSeq)
        if known == nil, oldest > needed { return .needs(.messages(from: needed)) }
        let start = max(known ?? floor, floor)
        let newer = (state.recent.after(start) ?? []).map(\.json)
        var bytes = 0
        let sent = newer.reversed().prefix { json in
            bytes += json.readableBytes
            return bytes <= limits.resumedBytes
        }
        var history = ServerEvent.HistoryFrame(sent.reversed())
        history.hasGap = sent.count < newer.count || (known.map { $0 < floor } ?? true)
        return .frames(FrameEncoder.frame(.history(history)))
    }

    private func append(_ notice: RoomPresence.Notice, to frames: inout ByteBuffer, _ dialect: Dialect) {
        guard case .present(let users, let count) = notice else { return }
        let room = dialect == .second ? id : nil
        FrameEncoder.append(.presence(users: users, count: count), room: room, to: &frames)
    }
}

extension RoomPresence.Notice {
    fileprivate var isWholeList: Bool {
        if case .present(.some, _) = self { true } else { false }
    }
}
