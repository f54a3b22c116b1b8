import Auth
import Chat

// Acts on people that need nothing but what is in memory: those that wait are decided one after the other, and stored as one.
extension RoomService {
    /// Acts on people of a room, as `act` does, beside others who act at the same time.
    func actOnPeople(
        in id: RoomID, by identity: Identity, on users: [UserID],
        _ decide: @escaping @Sendable (RoomView) throws(ChatError) -> RoomAct
    ) async throws(ChatError) {
        let handle = try await admission.openExisting(id)
        let result = await withCheckedContinuation { continuation in
            let waiting = ActQueue.Waiting(
                identity: identity, users: users, decide: decide, continuation: continuation)
            switch handle.live.access.acts.add(waiting) {
            case .first: Task { await actTogether(in: handle) }
            case .behindOthers: break
            case .none: continuation.resume(returning: .failure(Self.tooBusy))
            }
        }
        try result.get()
    }

    private func actTogether(in handle: RoomHandle) async {
        let access = handle.live.access
        var isOver = false
        // Others have their turn between two batches.
        while !isOver {
            isOver = await access.gate.exclusively {
                let batch = access.acts.take()
                guard !batch.isEmpty else { return true }
                let results = await results(of: batch, in: handle)
                for (waiting, result) in zip(batch, results) { waiting.continuation.resume(returning: result) }
                return false
            }
        }
    }

    /// One for each.
    private func results(of batch: [ActQueue.Waiting], in handle: RoomHandle) async -> [Result<Void, ChatError>] {
        do throws(ChatError) {
            for _ in 0..<Self.attempts {
                let decided = try await decide(batch, in: handle)
                let acts = decided.compactMap { try? $0.get() }.filter { !$0.isEmpty }
                guard !acts.isEmpty else { return decided.map { $0.map { _ in } } }
                let writes = acts.flatMap(\.writes)
                if let revision = try await store.commit(
                    writes, in: handle.live.id, revision: handle.room.revision)
                {
                    for act in acts { take(act, at: revision, handle) }
                    return decided.map { $0.map { _ in } }
                }
                try await refresh(handle)
            }
            throw Self.tooBusy
        } catch {
            return batch.map { _ in .failure(error) }
        }
    }

    /// Each on what those before it come to.
    private func decide(
        _ batch: [ActQueue.Waiting], in handle: RoomHandle
    ) async throws(ChatError) -> [Result<RoomAct, ChatError>] {
        let users = Set(batch.flatMap { $0.users + [$0.identity.userID] })
        var standings = try await admission.standings(of: users, in: handle)
        return batch.map { waiting in
            let actor = RoomRules.Actor(
                standings[waiting.identity.userID] ?? .visitor, isGlobalModerator: waiting.identity.isModerator)
            let view = RoomView(
                handle: handle, room: handle.room, actorID: waiting.identity.userID,
                actedBy: waiting.identity.actedBy, actor: actor, standings: standings, now: .now)
            do throws(ChatError) {
                let act = try waiting.decide(view)
                standings.merge(act.standings) { _, new in new }
                return .success(act)
            } catch {
                return .failure(error)
            }
        }
    }
}
