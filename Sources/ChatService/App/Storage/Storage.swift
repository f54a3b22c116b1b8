import BSON
import Chat
import ChatLog
import Logging
import MongoStore
import ServiceLifecycle

/// What the service has of its storage: the parts that differ with `StorageKind`.
struct Storage: Sendable {
    let store: any ChatStore
    let rooms: any RoomStore
    let search: any SearchStore
    let reads: any ReadStore
    let mentions: any MentionStore
    let people: any PeopleStore
    let threads: any ThreadStore
    let signals: any SignalStore
    /// What works on the storage beside the requests.
    let background: [any Service]
    /// One thread for each lane, with the storage of the log.
    let laneThreads: [any LaneThread]
    /// The thread of the lane of changes.
    let changeThread: any ChangeThread
    /// Watches the storage and tells when it is ready.
    let monitor: @Sendable (MessageLog, ChangeLane) -> any Service
    /// Ends what was opened, after everything that uses it.
    let shutdown: @Sendable () async -> Void
    /// Whether other processes may use the storage at the same time, and operators may change it.
    var isShared = true

    /// - Parameter onReady: called whenever the storage is found ready.
    static func mongodb(
        _ database: MongoClient, _ configuration: ServiceConfiguration, ids: ObjectIDGenerator, health: ServiceHealth,
        logger: Logger, onReady: @escaping @Sendable () -> Void
    ) throws -> Storage {
        let indexQueue = configuration.indexesForSearch ? SearchIndexQueue() : nil
        let store = MongoChatStore(client: database, ids: ids, logger: logger, indexQueue: indexQueue)
        return Storage(
            store: store, rooms: MongoRoomStore(chat: store),
            search: MongoSearchStore(
                client: database, ids: ids, timeBudget: configuration.searchTime, logger: logger),
            reads: MongoReadStore(store: store), mentions: MongoMentionStore(store: store),
            people: MongoPeopleStore(store: store), threads: MongoThreadStore(store: store),
            signals: MongoSignalStore(store: store),
            background: background(
                database, indexQueue, retentionSeconds: configuration.retentionSeconds, ids: ids, health: health,
                logger: logger),
            laneThreads: try (1...configuration.lanes).map {
                MongoLaneThread(lane: try database.makeLane(name: "lane-\($0)"))
            },
            changeThread: MongoChangeThread(lane: try database.makeLane(name: "changes")),
            monitor: { log, changes in
                HealthMonitor(
                    database: database, health: health, log: log, changes: changes, logger: logger, onReady: onReady)
            },
            shutdown: { await database.shutdown() })
    }

    private static func background(
        _ database: MongoClient, _ indexQueue: SearchIndexQueue?, retentionSeconds: Int, ids: ObjectIDGenerator,
        health: ServiceHealth, logger: Logger
    ) -> [any Service] {
        var services: [any Service] = []
        if let indexQueue {
            services.append(
                SearchIndexService(client: database, queue: indexQueue, ids: ids, health: health, logger: logger))
        }
        if retentionSeconds > 0 {
            services.append(
                RetentionService(
                    client: database, interval: .seconds(Int64(retentionSeconds)), health: health, logger: logger))
        }
        return services
    }

    /// For benchmarks: acknowledges what it does not keep.
    static func nothing(
        lanes: Int, health: ServiceHealth, logger: Logger, onReady: @escaping @Sendable () -> Void
    ) -> Storage {
        logger.critical("NOTHING IS STORED: chat.store is none, which is for benchmarks only; all messages are lost")
        let tails = NullTails()
        return Storage(
            store: NullChatStore(tails: tails), rooms: NullRoomStore(), search: NullSearchStore(),
            reads: NullReadStore(), mentions: NullMentionStore(), people: NullPeopleStore(), threads: NullThreadStore(),
            signals: NullSignalStore(),
            background: [],
            laneThreads: (1...lanes).map { NullLaneThread(name: "lane-\($0)", tails: tails) },
            changeThread: NullChangeThread(),
            monitor: { _, _ in NullMonitor(health: health, onReady: onReady) },
            shutdown: {}, isShared: false)
    }
}
