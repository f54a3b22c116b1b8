import Auth
import Chat
import Logging
import NIOCore
import NIOHTTP1
import WebSocket

/// The WebSocket addresses: decides about upgrades and makes the sessions.
struct WebSocketRoutes: Sendable {
    /// What an address asks for.
    enum Route: Hashable, Sendable {
        case rooms
        case room(RoomID)
        case events(RoomID)

        /// Nil for any other address; also for a room id that is none, which the HTTP side then explains.
        init?(path: Substring) {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count >= 2, parts[0].isEmpty, parts[1] == "chat" else { return nil }
            if parts.count == 2 {
                self = .rooms
                return
            }
            guard let name = String(percentEncoded: parts[2]), let id = try? RoomID(name) else { return nil }
            switch parts.count {
            case 3: self = .room(id)
            case 4 where parts[3] == "events": self = .events(id)
            default: return nil
            }
        }
    }

    /// Of those who come and for whom the database must be asked, so many are let in at a time: of thousands that come at once
    /// each holds some KiB while it waits for the database.
    private static let arrivalsAtOnce = 64

    private let admission: Admission
    private let arrivals = LimitedGate(places: Self.arrivalsAtOnce)
    private let services: [ObjectIdentifier: SessionServices]
    private let logger: Logger

    init(
        admission: Admission, conversation: Conversation, reading: Reading, mentions: MentionDirectory,
        sockets: UserSockets, people: People, rooms: RoomService, loops: LoopServiceMap, limits: SocketLink.Limits,
        logger: Logger
    ) {
        self.admission = admission
        self.logger = logger
        services = loops.byLoop.mapValues { loop in
            SessionServices(
                admission: admission, conversation: conversation, reading: reading, mentions: mentions,
                sockets: sockets, people: people, rooms: rooms, loop: loop, limits: limits)
        }
    }

    /// Who is refused gets his answer from the HTTP side, which finds the same reason.
    func decide(_ head: HTTPRequestHead, _ channel: any Channel) async -> UpgradeDecision {
        let address = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let route = Route(path: address[0]), let services = services[ObjectIdentifier(channel.eventLoop)] else {
            return .decline
        }
        do throws(ChatError) {
            let query = address.count == 2 ? String(address[1]) : nil
            let (bearer, subprotocol) = try admission.identify(
                authorization: head.headers["Authorization"], subprotocols: head.headers["Sec-WebSocket-Protocol"],
                query: query)
            let identity = try await admission.acting(
                bearer, as: head.headers.first(name: Admission.actAsHeader),
                name: head.headers.first(name: Admission.actAsNameHeader))
            logger.debug("socket", metadata: ["path": "\(address[0])", "user_id": "\(identity.userID)"])
            if needsNoPlace(identity, on: route, services) {
                return try await accept(route, identity, subprotocol, QueryParameters(query), services)
            }
            _ = await arrivals.enter()
            defer { arrivals.leave() }
            // Who went meanwhile costs the database nothing.
            guard channel.isActive else { return .decline }
            return try await accept(route, identity, subprotocol, QueryParameters(query), services)
        } catch {
            return .decline
        }
    }

    /// Whether he can be let in without the database, or waits in his own room's queue, which must not keep others waiting:
    /// where places are counted, one comes after the other.
    private func needsNoPlace(_ identity: Identity, on route: Route, _ services: SessionServices) -> Bool {
        switch route {
        case .rooms: services.people.knows(identity.userID)
        case .room(let id):
            services.people.knows(identity.userID)
                && admission.knows(Author(id: identity.userID, username: identity.username), in: id)
                || (admission.rooms.known(id)?.settings.maximumMembers ?? 0) > 0
        case .events(let id): admission.rooms.known(id) != nil
        }
    }

    private func accept(
        _ route: Route, _ identity: Identity, _ subprotocol: String?, _ query: QueryParameters,
        _ services: SessionServices
    ) async throws(ChatError) -> UpgradeDecision {
        switch route {
        case .rooms:
            try admission.health.requireReady()
            try await services.people.prepare(identity.userID)
            return .accept(subprotocol: subprotocol) { _ in
                ClientSession(identity, dialect: .second, scope: .rooms, services: services)
            }
        case .room(let id):
            let dialect = Dialect(subprotocol: subprotocol)
            let point = try ResumePoint(query, room: id, dialect: dialect)
            try await services.people.prepare(identity.userID)
            let handle = try await admission.enter(id, as: Author(id: identity.userID, username: identity.username))
            return .accept(subprotocol: subprotocol) { _ in
                ClientSession(identity, dialect: dialect, scope: .room(handle, point), services: services)
            }
        case .events(let id):
            let handle = try await admission.listen(to: id, as: identity.userID)
            return .accept(subprotocol: subprotocol) { _ in
                EventsSession(handle: handle, identity: identity, services: services)
            }
        }
    }
}

extension Dialect {
    /// - Parameter subprotocol: the one that is answered.
    init(subprotocol: String?) {
        self = subprotocol == CredentialExtractor.secondDialect ? .second : .basic
    }
}
