import ChatClient
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport

/// Finds a node that answers: the next attempt goes to another one.
struct NodeDialer: Sendable {
    let nodes: [ServiceNode]
    var random: SeededGenerator

    init(nodes: [ServiceNode], seed: UInt64) {
        self.nodes = nodes
        random = SeededGenerator(seed: seed)
        next = Int.random(in: 0..<nodes.count, using: &random)
    }

    private var next: Int

    /// Opens a socket at the next node. Nil, after a pause, when that does not work.
    mutating func connect(_ path: String, user: String, subprotocols: [String] = []) async -> TestSocket? {
        let node = nodes[next]
        next = (next + Int.random(in: 1...max(1, nodes.count - 1), using: &random)) % nodes.count
        var options = ChatClient.Options()
        options.timeout = .seconds(3)
        do {
            let headers: HTTPHeaders = ["Authorization": "Bearer \(try ChatFixture.token(user))"]
            let connection = try await ChatClient.connect(
                url: node.socketURL + path, headers: headers, subprotocols: subprotocols, options: options,
                group: MultiThreadedEventLoopGroup.singleton)
            return TestSocket(connection: connection)
        } catch {
            // A client's pause before it tries again.
            try? await Task.sleep(for: .milliseconds(Int.random(in: 20...200, using: &random)))
            return nil
        }
    }
}
