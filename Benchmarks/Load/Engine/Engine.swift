import CEpoll
import Glibc

/// Many WebSocket clients on one thread: epoll, non-blocking sockets, one receive buffer for all.
///
/// It shares its core with the database, so that it must take millions of messages a second there: nothing is parsed
/// that need not be, and memory is plain. Of each `message` frame the number is read, at the place where it was found in
/// the frame before, and must be the next of its room.
struct Engine: ~Copyable {
    private static let bufferBytes = 256 << 10
    private static let maximumEvents = 512

    let target: Target
    let roomNames: [String]
    var clients: UnsafeMutableBufferPointer<Client>
    var counters = Counters()
    /// From sending to coming back to the sender, and to those others whose time is measured.
    var latency = (own: Histogram(), others: Histogram())
    /// Whether times are noted.
    var isMeasuring = false
    /// Whether a message that came back is followed by the next.
    var isSending = false
    /// The first few errors that the service sent or that connecting met.
    var complaints: [String] = []
    /// Where a client stands, as the `hello` frame said it.
    var cursors: [Int: String] = [:]
    var openCount = 0
    var openingCount = 0
    var closedCount = 0

    let poll: Int32
    private let buffer: UnsafeMutablePointer<UInt8>
    private let events: UnsafeMutablePointer<epoll_event>
    private var sendBuffer: SendBuffer
    /// Where the number stands in a `message` frame, as the last frame had it.
    private var seqPlace = 0
    /// 127.x.y.z from which clients connect: 5,000 for each, since an address has 28,000 ports in all and those of an
    /// earlier run may be in TIME_WAIT.
    let sourceNetwork: UInt32

    private static let seqKey = Pattern("\"seq\":")
    private static let cursorKey = Pattern("\"cursor\":\"")

    init(target: Target, rooms: [String], clientsPerRoom: Int, contentBytes: Int = 64) throws {
        self.target = target
        roomNames = rooms
        clients = .allocate(capacity: rooms.count * clientsPerRoom)
        for index in clients.indices {
            clients.initializeElement(at: index, to: Client(room: Int32(index / clientsPerRoom)))
        }
        buffer = .allocate(capacity: Self.bufferBytes)
        events = .allocate(capacity: Self.maximumEvents)
        sendBuffer = SendBuffer(contentBytes: contentBytes)
        sourceNetwork = 0x7F00_0000 | UInt32(getpid() % 250 + 1) << 16
        poll = epoll_create1(0)
        guard poll >= 0 else { throw LoadError.system("epoll_create1") }
    }

    deinit {
        for client in clients {
            if client.socket >= 0 { Glibc.close(client.socket) }
            client.leftover?.deallocate()
        }
        Glibc.close(poll)
        clients.deallocate()
        buffer.deallocate()
        events.deallocate()
    }

    mutating func setRole(of index: Int, isSender: Bool = false, isSampled: Bool = false, isStalled: Bool = false) {
        clients[index].isSender = isSender
        clients[index].isSampled = isSampled
        clients[index].isStalled = isStalled
    }

    // MARK: Turns

    /// Takes what arrived.
    /// - Parameter milliseconds: how long to wait when nothing did.
    mutating func turn(waiting milliseconds: Int32) {
        let count = epoll_wait(poll, events, Int32(Self.maximumEvents), milliseconds)
        guard count > 0 else { return }
        for place in 0..<Int(count) { read(Int(events[place].data.u32)) }
    }

    private mutating func read(_ index: Int) {
        let kept = clients[index].leftoverCount
        if kept > 0, let leftover = clients[index].leftover { memcpy(buffer, leftover, kept) }
        let count = recv(clients[index].socket, buffer + kept, Self.bufferBytes - kept, 0)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            ended(index)
            return
        }
        counters.reads += 1
        counters.bytes += UInt64(count)
        let end = buffer + kept + count
        var start = UnsafePointer(buffer)
        if clients[index].phase == .upgrading {
            guard let rest = takeAnswer(index, start, UnsafePointer(end)) else { return }
            start = rest
        }
        start = takeFrames(index, start, UnsafePointer(end))
        keep(start, UnsafePointer(end) - start, of: index)
    }

    private mutating func keep(_ start: UnsafePointer<UInt8>, _ count: Int, of index: Int) {
        clients[index].leftoverCount = count
        guard count > 0 else { return }
        if clients[index].leftoverCapacity < count {
            clients[index].leftover?.deallocate()
            clients[index].leftoverCapacity = max(4_096, count)
            clients[index].leftover = .allocate(capacity: clients[index].leftoverCapacity)
        }
        if let leftover = clients[index].leftover { memcpy(leftover, start, count) }
    }

    private mutating func ended(_ index: Int) {
        if clients[index].phase != .closed {
            counters.closed += 1
            closedCount += 1
            if clients[index].phase == .open { openCount -= 1 } else { openingCount -= 1 }
            if !clients[index].isStalled { complain("client \(index) was disconnected") }
        }
        clients[index].phase = .closed
        clients[index].leftoverCount = 0
        epoll_ctl(poll, EPOLL_CTL_DEL, clients[index].socket, nil)
    }

    /// - Returns: what follows the answer; nil when it is not there yet or is a refusal.
    private mutating func takeAnswer(
        _ index: Int, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard let rest = Pattern("\r\n\r\n").end(in: start, count: end - start) else {
            keep(start, end - start, of: index)
            return nil
        }
        guard Pattern("HTTP/1.1 101").begins(start, count: end - start) else {
            complain(String(decoding: UnsafeBufferPointer(start: start, count: min(end - start, 400)), as: UTF8.self))
            ended(index)
            return nil
        }
        clients[index].phase = .upgraded
        return rest
    }

    private mutating func complain(_ text: String) {
        if complaints.count < 5 { complaints.append(text) }
    }

    // MARK: Frames

    /// Walks over the whole frames between the two places.
    /// - Returns: where the first one begins that is not whole.
    private mutating func takeFrames(
        _ index: Int, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var frame = start
        while end - frame >= 2 {
            var length = Int(frame[1] & 0x7F)
            var header = 2
            if length == 126 {
                guard end - frame >= 4 else { break }
                length = Int(frame[2]) << 8 | Int(frame[3])
                header = 4
            } else if length == 127 {
                guard end - frame >= 10 else { break }
                length = (2..<10).reduce(0) { $0 << 8 | Int(frame[$1]) }
                header = 10
            }
            guard end - frame >= header + length else { break }
            if frame[0] == 0x81 {
                takeText(index, frame + header, length)
            } else if frame[0] == 0x89 {
                pong(index)
            } else if frame[0] != 0x88 || !clients[index].isStalled {
                complain("client \(index) got a frame of kind \(frame[0])")
            }
            frame += header + length
        }
        return frame
    }

    @inline(__always)
    private mutating func takeText(_ index: Int, _ text: UnsafePointer<UInt8>, _ count: Int) {
        let kind = FrameKind(text, count: count)
        if case .message = kind {
            takeMessage(index, text, count)
        } else {
            takeOther(index, kind, text, count)
        }
    }

    @inline(__always)
    private mutating func takeMessage(_ index: Int, _ text: UnsafePointer<UInt8>, _ count: Int) {
        counters.deliveries += 1
        if !Self.seqKey.begins(text + seqPlace, count: count - seqPlace) {
            guard let place = Self.seqKey.end(in: text, count: count) else { return complain("a message without seq") }
            seqPlace = place - Self.seqKey.count - text
        }
        var seq: Int64 = 0
        var digit = text + seqPlace + Self.seqKey.count
        while digit.pointee &- UInt8(ascii: "0") < 10 {
            seq = seq * 10 + Int64(digit.pointee & 15)
            digit += 1
        }
        let expected = clients[index].nextSeq
        if seq == expected {
            clients[index].nextSeq = seq + 1
        } else {
            outOfOrder(index, seq, expected)
        }
        if clients[index].isSender || clients[index].isSampled { takeStamp(index, text, count) }
    }

    private mutating func outOfOrder(_ index: Int, _ seq: Int64, _ expected: Int64) {
        if seq > expected {
            // Before the history frame the room's end is not known, so nothing can be missed.
            if expected > 0 { counters.lost += UInt64(seq - expected) }
            clients[index].nextSeq = seq + 1
        } else {
            counters.duplicates += 1
        }
        if expected > 0 { complain("client \(index) got message \(seq) instead of \(expected)") }
    }

    private mutating func takeStamp(_ index: Int, _ text: UnsafePointer<UInt8>, _ count: Int) {
        guard let stamp = Stamp(in: text, count: count) else { return }
        let microseconds = (Clock.nanoseconds &- stamp.nanoseconds) / 1_000
        if stamp.client == UInt32(index) {
            counters.messages += 1
            clients[index].inFlight &-= 1
            if isMeasuring { latency.own.record(microseconds: microseconds) }
            if isSending { send(from: index) }
        } else if isMeasuring, clients[index].isSampled {
            latency.others.record(microseconds: microseconds)
        }
    }

    @inline(never)
    private mutating func takeOther(
        _ index: Int, _ kind: FrameKind, _ text: UnsafePointer<UInt8>, _ count: Int
    ) {
        if clients[index].phase == .upgraded {
            // The first frame of all: the client is in.
            clients[index].phase = .open
            openingCount -= 1
            openCount += 1
        }
        switch kind {
        case .acknowledgement: counters.acknowledgements += 1
        case .history: takeHistory(index, text, count)
        case .resumed: counters.resumed += 1
        case .resync: counters.resyncs += 1
        case .error:
            counters.errors += 1
            complain(String(decoding: UnsafeBufferPointer(start: text, count: min(count, 200)), as: UTF8.self))
        case .hello: takeCursor(index, text, count)
        case .message, .other: break
        }
        if clients[index].isStalled, clients[index].phase == .open, clients[index].nextSeq > 0 {
            epoll_ctl(poll, EPOLL_CTL_DEL, clients[index].socket, nil)
        }
    }

    /// The last number in it is the room's last one.
    private mutating func takeHistory(_ index: Int, _ text: UnsafePointer<UInt8>, _ count: Int) {
        var rest = text
        var last: Int64 = 0
        while let digits = Self.seqKey.end(in: rest, count: text + count - rest) {
            last = Int64(strtoll(UnsafeRawPointer(digits).assumingMemoryBound(to: CChar.self), nil, 10))
            rest = digits
        }
        if clients[index].nextSeq == 0 { clients[index].nextSeq = last + 1 }
    }

    private mutating func takeCursor(_ index: Int, _ text: UnsafePointer<UInt8>, _ count: Int) {
        guard let start = Self.cursorKey.end(in: text, count: count) else { return }
        let rest = UnsafeBufferPointer(start: start, count: text + count - start)
        cursors[index] = String(decoding: rest.prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    // MARK: Sending

    /// Sends one message, stamped with the time.
    /// - Parameter time: when it should have been sent, if that is not now.
    mutating func send(from index: Int, at time: UInt64? = nil) {
        clients[index].sent += 1
        clients[index].inFlight += 1
        sendBuffer.prepare(
            Stamp(nanoseconds: time ?? Clock.nanoseconds, client: UInt32(index)), number: clients[index].sent)
        let count = Glibc.send(
            clients[index].socket, sendBuffer.bytes, sendBuffer.count, Int32(MSG_NOSIGNAL))
        if count != sendBuffer.count { complain("client \(index) could not send: \(LoadError.system("send"))") }
    }

    private mutating func pong(_ index: Int) {
        // The service's pings carry nothing.
        let frame: [UInt8] = [0x8A, 0x80, 0, 0, 0, 0]
        _ = Glibc.send(clients[index].socket, frame, frame.count, Int32(MSG_NOSIGNAL))
    }
}
