import Auth
import BSON
import Chat
import ChatLog
import Hub
import Hummingbird
import HummingbirdCore
package import Logging
import MongoStore
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals
import WebSocket

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The whole service, wired: from the sockets to the database.
package struct ChatApplication: Sendable {
    private let configuration: ServiceConfiguration
    private let logger: Logger

    package init(configuration: ServiceConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Serves until SIGINT or SIGTERM, then ends gracefully: nothing new is taken, what waits is written, sockets are
    /// closed.
    ///
    /// - Parameter onReady: called once with the URL, when the service listens and has its database.
    /// - Throws: `StartError` for what the operator can set right.
    package func run(onReady: @escaping @Sendable (String) -> Void) async throws {
        let tokens = try await TokenServices(configuration, logger: logger)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops ?? System.coreCount)
        do {
            try await serve(tokens: tokens, group: group, onReady: onReady)
        } catch let error as IOError where [EADDRINUSE, EADDRNOTAVAIL, EACCES].contains(error.errnoCode) {
            let reason =
                error.errnoCode == EADDRINUSE
                ? "is in use" : "cannot be listened on: \(String(cString: strerror(error.errnoCode)))"
            throw StartError(.address, "the address \(configuration.host):\(configuration.port) \(reason)")
        } catch is SocketAddressError.UnknownHost {
            throw StartError(.address, "the address \(configuration.host) to listen on is not known")
        }
        try await group.shutdownGracefully()
    }

    // MARK: Parts

    private func serve(
        tokens: TokenServices, group: MultiThreadedEventLoopGroup, onReady: @escaping @Sendable (String) -> Void
    ) async throws {
        let ids = ObjectIDGenerator()
        let hub = Hub(group: group)
        let loops = LoopServiceMap(group: group, hub: hub)
        let health = ServiceHealth()
        let announcer = ReadyAnnouncer(host: configuration.host, announce: onReady)
        let storage = try storage(ids: ids, health: health) { announcer.databaseIsReady() }
        let store = storage.store
        var roomLimits = LiveRoom.Limits()
        roomLimits.recentMessages = configuration.recentMessages
        roomLimits.floodMessages = Int64(configuration.floodMessages)
        let sockets = UserSockets()
        let notifier = MentionNotifier(sockets: sockets, store: storage.mentions, logger: logger)
        let rooms = RoomRegistry(
            store: store, hub: hub, limits: roomLimits, logger: logger, onMention: { notifier.announce($0) })
        let log = messageLog(threads: storage.laneThreads, feed: rooms, ids: ids)
        var changeLimits = ChangeLane.Limits()
        changeLimits.patience = configuration.sendPatience
        let changes = ChangeLane(
            thread: storage.changeThread, feed: rooms, ids: ids, limits: changeLimits, logger: logger)
        let relay = SignalRelay()
        let following = ThreadFollowing(store: storage.threads, logger: logger)
        let conversation = Conversation(
            log: log, changes: changes, following: following, relay: relay,
            editWindowMilliseconds: configuration.editWindowSeconds > 0
                ? Int64(configuration.editWindowSeconds) * 1_000 : nil,
            flag: { message, room, author, words in
                Task { await RoomService.flag(message, in: room, by: author, words, ids.next(), storage.rooms) }
            })
        let admission = Admission(
            createsRooms: configuration.createsRooms, verifier: tokens.verifier,
            extractor: CredentialExtractor(
                allowsQueryToken: configuration.allowsQueryToken, supportsSecondDialect: true),
            store: store, roomStore: storage.rooms, joins: JoinWriter(store: storage.rooms), rooms: rooms,
            health: health)
        var sessionLimits = SocketLink.Limits()
        sessionLimits.outboundBudget = configuration.outboundBudgetBytes
        sessionLimits.maximumFrameBytes = configuration.maximumFrameBytes
        sessionLimits.framesPerSecond = configuration.framesPerSecond
        sessionLimits.maximumRooms = configuration.maximumRooms
        let reading = Reading(store: storage.reads, logger: logger)
        let mentions = MentionDirectory(store: storage.mentions)
        let people = People(
            store: storage.people, rooms: rooms, sockets: sockets,
            awayAfter: .seconds(Int64(configuration.awaySeconds)), relay: relay, logger: logger)
        let roomService = RoomService(admission: admission, ids: ids, relay: relay)
        let routes = WebSocketRoutes(
            admission: admission, conversation: conversation, reading: reading, mentions: mentions, sockets: sockets,
            people: people, rooms: roomService, loops: loops, limits: sessionLimits, logger: logger)
        loops.start()
        let receiver = SignalReceiver(
            store: store, rooms: rooms, notifier: notifier, people: people, reading: reading, acts: roomService,
            logger: logger)
        let watch: [any Service] =
            storage.isShared
            ? [
                SignalService(
                    relay: relay, store: storage.signals, receiver: receiver, health: health, ids: ids, logger: logger),
                RoomWatch(rooms: roomService, log: log, changes: changes, logger: logger),
            ] : []
        // Ended from the last to the first: the server, then what it used.
        let services: [any Service] =
            [ShutdownService(end: storage.shutdown)] + storage.background + [
                storage.monitor(log, changes), reading, notifier, people, following,
                RoomTicker(rooms: rooms, log: log),
                MemoryTrimmer(sockets: loops.sockets),
            ] + watch + [
                ShutdownService {
                    await log.stop()
                    await changes.stop()
                    await loops.sockets.allClosed()
                    loops.stop()
                }
            ]
        let application = Application(
            router: router(
                admission: admission, conversation: conversation, reading: reading, mentions: mentions, people: people,
                search: storage.search, issuer: tokens.issuer, rooms: roomService,
                erasure: Erasure(rooms: roomService, changes: changes, following: following)),
            server: server(routes),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 4_096),
            services: services,
            onServerRunning: { channel in announcer.listens(on: channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(group), logger: logger)
        var lifecycle = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        lifecycle.maximumGracefulShutdownDuration = .seconds(20)
        try await ServiceGroup(configuration: lifecycle).run()
    }

    private func storage(
        ids: ObjectIDGenerator, health: ServiceHealth, onReady: @escaping @Sendable () -> Void
    ) throws -> Storage {
        switch configuration.storage {
        case .nothing:
            return .nothing(lanes: configuration.lanes, health: health, logger: logger, onReady: onReady)
        case .mongodb:
            let database: MongoClient
            do {
                database = try MongoClient(
                    MongoConfiguration(
                        uri: configuration.mongoURI, database: configuration.mongoDatabase, logger: logger))
            } catch {
                throw StartError(.configuration, "mongodb.uri cannot be used: \(error.message)")
            }
            return try .mongodb(
                database, configuration, ids: ids, health: health, logger: logger, onReady: onReady)
        }
    }

    private func messageLog(threads: [any LaneThread], feed: RoomRegistry, ids: ObjectIDGenerator) -> MessageLog {
        var limits = WriterLane.Limits()
        limits.patience = configuration.sendPatience
        return MessageLog(
            lanes: threads.map { WriterLane(thread: $0, feed: feed, ids: ids, limits: limits, logger: logger) })
    }

    private func server(_ routes: WebSocketRoutes) -> HTTPServerBuilder {
        var channel = WebSocketServerConfiguration()
        channel.webSocket.maximumMessageBytes = configuration.maximumFrameBytes
        channel.bodyGrace = .seconds(Int64(configuration.bodySeconds))
        return HTTPServerBuilder { [channel] responder in
            WebSocketServerChannel(
                configuration: channel, upgrade: { head, socket in await routes.decide(head, socket) },
                responder: responder)
        }
    }

    private func router(
        admission: Admission, conversation: Conversation, reading: Reading, mentions: MentionDirectory, people: People,
        search: any SearchStore, issuer: TokenIssuer?, rooms: RoomService, erasure: Erasure
    ) -> Router<ServiceRequestContext> {
        let router = Router(context: ServiceRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: HeadMiddleware())
        router.add(middleware: RequestLogMiddleware())
        router.add(middleware: ErrorMiddleware())
        router.add(middleware: HostMiddleware())
        if let folder = webFolder { WebClient(folder: folder, logger: logger).addMiddleware(to: router) }
        let open = router.group()
        HealthController(health: admission.health).addRoutes(to: open)
        if let issuer { DevelopmentLoginController(issuer: issuer).addRoutes(to: open) }
        let authenticated = router.group().add(middleware: AuthenticationMiddleware(admission: admission))
        ChatController(
            admission: admission, conversation: conversation, reading: reading, mentions: mentions,
            maximumBodyBytes: configuration.maximumFrameBytes
        ).addRoutes(to: authenticated)
        ReadingController(admission: admission, reading: reading, mentions: mentions.store)
            .addRoutes(to: authenticated)
        MentionController(admission: admission, store: mentions.store).addRoutes(to: authenticated)
        UserController(admission: admission, people: people).addRoutes(to: authenticated)
        ThreadController(admission: admission, following: conversation.following).addRoutes(to: authenticated)
        ConversationController(admission: admission).addRoutes(to: authenticated)
        SearchController(admission: admission, store: search).addRoutes(to: authenticated)
        RoomController(rooms: rooms, reading: reading).addRoutes(to: authenticated)
        MemberController(rooms: rooms).addRoutes(to: authenticated)
        ModerationController(rooms: rooms).addRoutes(to: authenticated)
        InviteController(rooms: rooms).addRoutes(to: authenticated)
        ReportController(rooms: rooms).addRoutes(to: authenticated)
        BlockController(rooms: rooms).addRoutes(to: authenticated)
        AccountController(rooms: rooms).addRoutes(to: authenticated)
        PersonalController(erasure: erasure).addRoutes(to: authenticated)
        return router
    }

    /// The folder to serve at `/`, or nil.
    private var webFolder: String? {
        switch configuration.webFolder {
        case .some(let folder): folder.isEmpty ? nil : folder
        case .none: FileManager.default.fileExists(atPath: "web/index.html") ? "web" : nil
        }
    }
}
