import Chat
import Hub
import NIOCore
import Synchronization

/// The sockets of each user in the second dialect, and his events sockets, whichever rooms they look at.
final class UserSockets: Sendable {
    /// How a socket wants to be told.
    enum Form: Sendable {
        case frame, event
    }

    private struct Link: Sendable {
        var link: NIOLoopBound<SocketLink>
        var form: Form
    }

    private let byUser = Mutex<[UserID: SmallMap<Outlet.ID, Link>]>([:])

    /// On the link's loop.
    func add(_ link: SocketLink, of user: UserID, form: Form) {
        let bound = Link(link: NIOLoopBound(link, eventLoop: link.eventLoop), form: form)
        let id = link.outlet.id
        byUser.withLock { $0[user, default: SmallMap()][id] = bound }
    }

    func remove(_ id: Outlet.ID, of user: UserID) {
        byUser.withLock { byUser in
            byUser[user]?[id] = nil
            if byUser[user]?.isEmpty == true { byUser[user] = nil }
        }
    }

    func has(_ user: UserID) -> Bool {
        byUser.withLock { $0[user] != nil }
    }

    /// Some of those who are connected.
    func users(upTo limit: Int) -> [UserID] {
        byUser.withLock { Array($0.keys.prefix(limit)) }
    }

    /// Tells all sockets of the users; called from any thread.
    func tell(_ event: ServerEvent, room: RoomID?, to users: some Sequence<UserID>) {
        let frame = FrameEncoder.frame(event, room: room)
        var eventFrame = ByteBuffer()
        FrameEncoder.append(event: event, to: &eventFrame)
        for user in users {
            let links = byUser.withLock { byUser in byUser[user]?.values ?? [] }
            for link in links {
                let bytes = link.form == .frame ? frame : eventFrame
                link.link.eventLoop.execute { link.link.value.send(bytes) }
            }
        }
    }
}
