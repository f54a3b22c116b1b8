import NIOCore
import TestSupport

/// Something that goes wrong in a cluster for a while.
enum Fault: Hashable, Sendable, CustomStringConvertible {
    /// Which of a node's two links.
    enum Link: Hashable, Sendable, CaseIterable {
        case toDatabase, toClients
    }

    /// SIGKILL, and a new start at the end.
    case killService(Int)
    /// SIGKILL, and a new start on the same data at the end.
    case killDatabase
    /// All connections of the link break, at once.
    case cut(Link, Int)
    case stall(Link, Int, ProxyDirection)
    case delay(Link, Int, milliseconds: Int64)
    case refuse(Link, Int)
    /// Each connection breaks after so many bytes more.
    case cutAfter(Link, Int, bytes: Int, ProxyDirection)

    var description: String {
        switch self {
        case .killService(let node): "kill service \(node)"
        case .killDatabase: "kill the database"
        case .cut(let link, let node): "cut \(link) of \(node)"
        case .stall(let link, let node, let direction): "stall \(link) of \(node) \(direction)"
        case .delay(let link, let node, let milliseconds): "delay \(link) of \(node) by \(milliseconds) ms"
        case .refuse(let link, let node): "refuse \(link) of \(node)"
        case .cutAfter(let link, let node, let bytes, let direction):
            "cut \(link) of \(node) after \(bytes) bytes \(direction)"
        }
    }

    func begin(in cluster: ServiceCluster) async {
        switch self {
        case .killService(let node): await cluster.nodes[node].kill()
        case .killDatabase: await cluster.database.kill()
        case .cut(let link, let node): await proxy(link, node, cluster).cut()
        case .stall(let link, let node, let direction): await proxy(link, node, cluster).stall(direction)
        case .delay(let link, let node, let milliseconds):
            await proxy(link, node, cluster).delay(.milliseconds(milliseconds))
        case .refuse(let link, let node): await proxy(link, node, cluster).refuse()
        case .cutAfter(let link, let node, let bytes, let direction):
            await proxy(link, node, cluster).cut(afterBytes: bytes, direction)
        }
    }

    /// Puts it right again.
    func end(in cluster: ServiceCluster) async throws {
        switch self {
        case .killService(let node): try await cluster.nodes[node].start()
        case .killDatabase: try await cluster.database.restart()
        case .cut(let link, let node), .stall(let link, let node, _), .delay(let link, let node, _),
            .refuse(let link, let node), .cutAfter(let link, let node, _, _):
            await proxy(link, node, cluster).heal()
        }
    }

    private func proxy(_ link: Link, _ node: Int, _ cluster: ServiceCluster) -> FaultProxy {
        switch link {
        case .toDatabase: cluster.nodes[node].databaseLink
        case .toClients: cluster.nodes[node].clientLink
        }
    }
}
