import BSON
import Chat
import ChatLog

extension Simulation {
    mutating func makeProcess() -> SimulatedProcess {
        lastProcess += 1
        var limits = WriterLane.Limits()
        limits.batchCount = world.random(1...8)
        limits.batchBytes = world.random(300...3_000)
        limits.rememberedRooms = world.random(1...3)
        limits.patience = isImpatient ? .milliseconds(world.random(10...400)) : .seconds(80_000)
        if isImpatient { limits.queuedCount = world.random(1...6) }
        return SimulatedProcess(
            world: world, number: lastProcess, skew: Int64(world.random(-5_000...5_000)), start: start, limits: limits)
    }

    mutating func makeClient() {
        let number = clients.count
        lastConnection += 1
        let author = Author(id: UserID(stored: "user-\(world.random(0...number))"), username: "User")
        let room = rooms[world.random(0...rooms.count - 1)]
        var items: [SimulatedClient.Item] = []
        for place in 0..<world.random(1...8) {
            let clientID = "\(number)-\(place)"
            switch world.random(0...9) {
            case 0:
                items += item(room, author, clientID, SharedMessages.invalidContent, .refusedByValidator)
            case 1:
                let sent = items.filter { $0.kind == .plain }
                guard let earlier = sent.last?.draft.clientID else { continue }
                items += item(room, author, earlier, "another content", .reusedClientID)
            default:
                items += item(
                    room, author, clientID, String(repeating: "x", count: world.random(1...400)) + clientID, .plain)
            }
        }
        clients.append(
            SimulatedClient(
                room: room, window: isImpatient ? 1 : world.random(1...4), items: items,
                process: world.random(0...processes.count - 1), connection: lastConnection))
    }

    private func item(
        _ room: RoomID, _ author: Author, _ clientID: String, _ content: String, _ kind: SimulatedClient.Item.Kind
    ) -> [SimulatedClient.Item] {
        do {
            let draft = try MessageDraft(roomID: room, author: author, content: content, clientID: clientID)
            return [SimulatedClient.Item(draft: draft, kind: kind)]
        } catch {
            world.report("a draft of the simulation is refused: \(error)")
            return []
        }
    }
}
