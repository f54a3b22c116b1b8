import BSON
import Chat
import ChatLog

/// What goes wrong.
extension Exploration {
    /// - Parameter index: of a process that it may concern.
    mutating func strike(_ index: Int) {
        let blow = random(0...9)
        tell("blow \(blow) to process \(index)")
        switch blow {
        case 0, 1:
            if !model.lateCommands.isEmpty { model.continueLateCommand(random(0...model.lateCommands.count - 1)) }
        case 2, 3: if faults.elections { elect() }
        case 4: if faults.elections { model.endStale() }
        case 5: if faults.disasters { disaster() }
        case 6: if faults.disasters { repair() }
        case 7: if faults.kills { kill(index) }
        case 8:
            guard faults.suspensions else { break }
            if happens(50) { processes[index].suspend(now: now) } else { processes[index].mailbox.resume() }
        // The wall clock of a process steps, by up to an hour.
        default: processes[index].skew.advance(by: Int64(random(-3_600...1_800)) * 1_000)
        }
    }

    private mutating func elect() {
        let (length, committed) = (model.primary.log.count, model.committed)
        model.elect(
            kept: random(committed...length), visible: max(0, committed - random(0...2)), leavesStale: happens(50))
    }

    /// A backup takes the database's place, or it is emptied.
    private mutating func disaster() {
        let before = model.primary.log
        for message in before { writtenBefore.insert(message.id) }
        let isEmptied = happens(20)
        if isEmptied { model.empty(rooms: rooms) } else { model.restore(random(0...model.committed)) }
        for message in before.dropFirst(model.committed) {
            lost.insert(SharedKey(room: message.roomID, key: message.key))
            for index in processes.indices {
                processes[index].mayReport.insert(message.roomID)
                if let last = processes[index].acknowledged[message.roomID], last >= message.seq {
                    processes[index].mustReport.insert(message.roomID)
                }
            }
        }
        for index in processes.indices {
            for message in before.dropFirst(model.committed) where processes.count == 1 {
                // Nobody else can write more than was shown here, before this process notices.
                if let shown = processes[index].feed.delivered(in: message.roomID), shown >= message.seq {
                    processes[index].mustReport.insert(message.roomID)
                }
            }
            // What was being read of it fails.
            processes[index].opening = []
            processes[index].polled = []
        }
    }

    private mutating func repair() {
        model.migrate()
        model.makeRoom(rooms[random(0...rooms.count - 1)])
    }

    /// The process stops where it is; its people come back to others. Its last write may be on its way.
    private mutating func kill(_ index: Int) {
        guard killed.count < 2 else { return }
        if let call = processes[index].call, happens(50) { model.goOnLater(with: call.rest, on: call.node) }
        killed.insert(processes[index].number)
        processes[index] = makeProcess()
        for client in clients.indices where clients[client].process == index {
            lastConnection += 1
            clients[client].reconnect(to: random(0...processes.count - 1), connection: lastConnection)
        }
    }

    mutating func comeToRest() {
        faults = Faults()
        model.endStale()
        model.migrate()
        for room in rooms { model.makeRoom(room) }
        for index in processes.indices { processes[index].mailbox.resume() }
        while !model.lateCommands.isEmpty { model.continueLateCommand(0) }
    }
}
