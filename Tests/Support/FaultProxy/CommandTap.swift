import NIOCore
import Synchronization

/// Counts the commands that a MongoDB client sends through a proxy, such as `insert messages`, and the bytes of the answers.
package final class CommandTap: Sendable {
    package struct Counts: Sendable {
        /// By command and collection.
        package var commands: [String: Int] = [:]
        package var answerBytes = 0
    }

    private let counts = Mutex(Counts())

    package init() {}

    /// What was counted since the last call.
    package func take() -> Counts {
        counts.withLock { counts in
            defer { counts = Counts() }
            return counts
        }
    }

    func note(_ commands: [String]) {
        guard !commands.isEmpty else { return }
        counts.withLock { counts in
            for command in commands { counts.commands[command, default: 0] += 1 }
        }
    }

    func noteAnswer(_ bytes: Int) {
        counts.withLock { $0.answerBytes += bytes }
    }
}

/// The commands of one connection, out of its bytes: OP_MSG of MongoDB's wire protocol, whose body begins with the command's
/// name and, for most, the collection.
struct CommandStream {
    private static let messageOpcode: Int32 = 2013
    private var waiting = ByteBuffer()

    mutating func read(_ bytes: ByteBuffer) -> [String] {
        waiting.writeImmutableBuffer(bytes)
        var commands: [String] = []
        while let length = waiting.getInteger(at: waiting.readerIndex, endianness: .little, as: Int32.self),
            length > 16, let message = waiting.readSlice(length: Int(length))
        {
            if let command = Self.command(message) { commands.append(command) }
        }
        waiting.discardReadBytes()
        return commands
    }

    private static func command(_ message: ByteBuffer) -> String? {
        var message = message
        message.moveReaderIndex(forwardBy: 12)
        guard message.readInteger(endianness: .little, as: Int32.self) == messageOpcode else { return nil }
        message.moveReaderIndex(forwardBy: 4)
        // Sections: a body (0) and sequences of documents (1), in any order.
        while let kind = message.readInteger(as: UInt8.self),
            let size = message.getInteger(at: message.readerIndex, endianness: .little, as: Int32.self), size > 4,
            var section = message.readSlice(length: Int(size))
        {
            guard kind == 0 else { continue }
            section.moveReaderIndex(forwardBy: 4)
            let type = section.readInteger(as: UInt8.self)
            guard let name = section.readNullTerminatedString() else { return nil }
            guard type == 2, section.readInteger(as: Int32.self) != nil,
                let collection = section.readNullTerminatedString()
            else { return name }
            return "\(name) \(collection)"
        }
        return nil
    }
}
