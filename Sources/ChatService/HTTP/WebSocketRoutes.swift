import Auth
import Chat
import ChatLog
import Hub
import Logging
import NIOCore
import NIOHTTP1
import WebSocket

/// The WebSocket addresses: decides about upgrades and makes the sessions.
struct WebSocketRoutes: Sendable {
    /// What an address asks for.
    enum Route: Hashable, Sendable {
        case room(RoomID)
        case events(RoomID)

        /// Nil for any other address; also for a room id that is none, which the HTTP side then explains.
        init?(path: Substring) {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count >= 3, parts[0].isEmpty, parts[1] == "chat",
                let name = String(percentEncoded: parts[2]), let id = try? RoomID(name)
            else { return nil }
            switch parts.count {
            case 3: self = .room(id)
            case 4 where parts[3] == "events": self = .events(id)
            default: return nil
            }
        }
    }

    let admission: Admission
    let log: MessageLog
    let loops: LoopServiceMap
    let limits: SocketLink.Limits
    let logger: Logger

    /// Who is refused gets his answer from the HTTP side, which finds the same reason.
    func decide(_ head: HTTPRequestHead, _ channel: any Channel) async -> UpgradeDecision {
        let address = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let route = Route(path: address[0]), let services = loops.services(on: channel.eventLoop) else {
            return .decline
        }
        do throws(ChatError) {
            let (identity, subprotocol) = try admission.identify(
                authorization: head.headers["Authorization"], subprotocols: head.headers["Sec-WebSocket-Protocol"],
                query: address.count == 2 ? String(address[1]) : nil)
            logger.info("socket", metadata: ["path": "\(address[0])", "user_id": "\(identity.userID)"])
            switch route {
            case .room(let id):
                let author = Author(id: identity.userID, username: identity.username)
                let handle = try await admission.enter(id, as: author)
                return .accept(subprotocol: subprotocol) { [log, limits] _ in
                    RoomSession(author: author, handle: handle, log: log, services: services, limits: limits)
                }
            case .events(let id):
                let handle = try await admission.listen(to: id, as: identity.userID)
                return .accept(subprotocol: subprotocol) { [limits] _ in
                    EventsSession(handle: handle, services: services, limits: limits)
                }
            }
        } catch {
            return .decline
        }
    }
}
