import CEpoll
import Glibc

extension Engine {
    /// Connects and asks for the upgrade; the answer comes with a later turn.
    mutating func open(_ index: Int, cursor: String? = nil) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw LoadError.system("socket") }
        clients[index].socket = socket
        if clients[index].isStalled { try set(SO_RCVBUF, 4_096, on: socket, level: SOL_SOCKET) }
        try set(IP_BIND_ADDRESS_NO_PORT, 1, on: socket, level: Int32(IPPROTO_IP))
        var source = target.address
        source.sin_port = 0
        source.sin_addr.s_addr = (sourceNetwork | UInt32(index / 5_000 + 1)).bigEndian
        try connect(socket, from: &source)
        try set(TCP_NODELAY, 1, on: socket, level: Int32(IPPROTO_TCP))
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        let request = try target.upgradeRequest(
            room: roomNames[Int(clients[index].room)], user: "user-\(Self.padded(index))", cursor: cursor)
        guard Glibc.send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw LoadError.system("send")
        }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u32: UInt32(index)))
        guard epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) == 0 else { throw LoadError.system("epoll_ctl") }
        clients[index].phase = .upgrading
        openingCount += 1
    }

    /// On loopback this is done at once, as long as the service's backlog has room.
    private func connect(_ socket: Int32, from source: inout sockaddr_in) throws {
        var address = target.address
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        func withSocketAddress(
            _ address: inout sockaddr_in, _ call: (UnsafePointer<sockaddr>) -> Int32
        ) -> Int32 {
            withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, call) }
        }
        guard withSocketAddress(&source, { bind(socket, $0, size) }) == 0 else { throw LoadError.system("bind") }
        guard withSocketAddress(&address, { Glibc.connect(socket, $0, size) }) == 0 else {
            throw LoadError.system("connect")
        }
    }

    private func set(_ option: Int32, _ value: Int32, on socket: Int32, level: Int32) throws {
        var value = value
        guard setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw LoadError.system("setsockopt")
        }
    }

    /// Numbers of equal length, so that a field stands at the same place in all frames.
    static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// Closes it from this side; its place in the room's order is kept.
    mutating func close(_ index: Int) {
        guard clients[index].socket >= 0 else { return }
        Glibc.close(clients[index].socket)
        switch clients[index].phase {
        case .open: openCount -= 1
        case .upgrading, .upgraded: openingCount -= 1
        case .idle, .closed: break
        }
        clients[index].socket = -1
        clients[index].phase = .idle
        clients[index].leftoverCount = 0
        clients[index].inFlight = 0
    }
}
