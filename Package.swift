// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// For a hundred thousand schedules of the log in a debug build: it takes a quarter of the time so.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")

let package = Package(
    name: "tertulia",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "chat", targets: ["chat"]),
        .executable(name: "migrate", targets: ["migrate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        // MongoStore: everything that knows MongoDB.
        .systemLibrary(
            name: "CMongoC", path: "Sources/MongoStore/CMongoC", pkgConfig: "libmongoc-1.0",
            providers: [.apt(["libmongoc-dev", "libbson-dev", "libssl-dev"])]),
        .target(name: "BSON", path: "Sources/MongoStore/BSON", swiftSettings: settings),
        .target(name: "TextIndex", path: "Sources/MongoStore/TextIndex", swiftSettings: settings),
        .target(
            name: "MongoStore", dependencies: ["BSON", "CMongoC", "TextIndex", logging, metrics, deque],
            path: "Sources/MongoStore", exclude: ["BSON", "CMongoC", "TextIndex"], swiftSettings: settings),
        .executableTarget(
            name: "migrate", dependencies: ["MongoStore", "BSON", logging, arguments],
            path: "Sources/Migrations", swiftSettings: settings),

        // ChatService: the parts whose independence the compiler keeps are targets of their own.
        .target(
            name: "Chat", dependencies: ["BSON", crypto],
            path: "Sources/ChatService/Chat", swiftSettings: settings),
        .target(
            name: "ChatLog", dependencies: ["Chat", "BSON", logging, metrics, deque],
            path: "Sources/ChatService/Log", swiftSettings: settings + optimised),
        .target(
            name: "Hub", dependencies: [nioCore],
            path: "Sources/ChatService/Hub", swiftSettings: settings),
        .target(
            name: "WebSocket",
            dependencies: [
                nioCore, nioHTTP1, crypto, logging, hummingbirdCore,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ],
            path: "Sources/ChatService/WebSocket", swiftSettings: settings),
        .target(
            name: "Auth",
            dependencies: [
                "Chat", logging, crypto, .product(name: "JWTKit", package: "jwt-kit"),
            ],
            path: "Sources/ChatService/Auth", swiftSettings: settings),
        .target(
            name: "ChatClient",
            dependencies: [nioCore, nioPosix, nioHTTP1, nioWebSocket, logging],
            path: "Sources/ChatService/Client", swiftSettings: settings),
        .systemLibrary(name: "CMalloc", path: "Sources/ChatService/CMalloc"),
        .target(
            name: "ChatService",
            dependencies: [
                "Auth", "BSON", "CMalloc", "Chat", "ChatLog", "Hub", "MongoStore", "TextIndex", "WebSocket",
                nioCore, nioPosix, nioHTTP1, logging, metrics, lifecycle, configuration, deque, hummingbird,
                hummingbirdCore, .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Sources/ChatService",
            exclude: ["Auth", "CMalloc", "Chat", "Client", "Command", "Hub", "Log", "WebSocket"],
            swiftSettings: settings),
        .executableTarget(
            name: "chat",
            dependencies: ["ChatService", "ChatClient", "Auth", "Chat", arguments, configuration, logging, lifecycle],
            path: "Sources/ChatService/Command", swiftSettings: settings),

        // Benchmarks; built by scripts/bench only, as no product needs them.
        .systemLibrary(name: "CEpoll", path: "Benchmarks/CEpoll"),
        .executableTarget(
            name: "load", dependencies: ["Auth", "BSON", "CEpoll", "Chat", "MongoStore", arguments],
            path: "Benchmarks/Load", swiftSettings: settings),
        .executableTarget(
            name: "micro", dependencies: ["BSON", "Chat", "ChatService", "Hub", "WebSocket", nioCore, nioEmbedded],
            path: "Benchmarks/Micro", swiftSettings: settings),

        // Tests.
        .target(
            name: "TestSupport", dependencies: [nioCore, nioPosix], path: "Tests/Support", swiftSettings: settings),
        .executableTarget(
            name: "EchoServer",
            dependencies: ["WebSocket", nioCore, nioPosix, nioHTTP1, logging, hummingbirdCore, lifecycle],
            path: "Tests/EchoServer", swiftSettings: settings),
        .testTarget(name: "BSONTests", dependencies: ["BSON"], swiftSettings: settings),
        .testTarget(name: "TextIndexTests", dependencies: ["TextIndex"], swiftSettings: settings),
        .testTarget(
            name: "MongoStoreTests",
            dependencies: ["MongoStore", "BSON", "TestSupport", "TextIndex", logging, metrics],
            swiftSettings: settings),
        .testTarget(
            name: "MigrationsTests", dependencies: ["MongoStore", "BSON", "TestSupport", logging],
            swiftSettings: settings),
        .testTarget(name: "ChatTests", dependencies: ["Chat", "BSON"], swiftSettings: settings),
        .testTarget(
            name: "ChatLogTests", dependencies: ["ChatLog", "Chat", "BSON", logging, deque],
            swiftSettings: settings + optimised),
        .testTarget(name: "HubTests", dependencies: ["Hub", nioCore, nioPosix, nioEmbedded], swiftSettings: settings),
        .testTarget(
            name: "WebSocketTests",
            dependencies: [
                "WebSocket", nioCore, nioPosix, nioHTTP1, nioEmbedded, logging, hummingbirdCore, lifecycle,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ], swiftSettings: settings),
        .testTarget(
            name: "AuthTests",
            dependencies: [
                "Auth", "Chat", crypto, .product(name: "CryptoExtras", package: "swift-crypto"), logging,
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ChatClientTests", dependencies: ["ChatClient", nioCore, nioPosix, nioHTTP1, nioWebSocket],
            swiftSettings: settings),
        .testTarget(
            name: "ChatServiceTests",
            dependencies: [
                "ChatService", "Chat", "ChatLog", "BSON", "Hub", "MongoStore", "WebSocket", "Auth", nioCore, nioPosix,
                nioEmbedded, nioHTTP1, logging, configuration, hummingbird,
            ], swiftSettings: settings),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Auth", "BSON", "Chat", "ChatClient", "MongoStore", "TestSupport", nioCore, nioPosix, nioHTTP1,
                nioWebSocket,
            ], swiftSettings: settings),
    ]
)
