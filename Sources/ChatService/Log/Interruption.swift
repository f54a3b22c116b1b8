/// A message that was refused and that its sender may send again: nothing that he sent after it may be stored before.
package struct Interruption: Hashable, Sendable {
    package let place: SenderInRoom
    package let key: ClientKey
    /// Grows with every message that a lane is given.
    package let order: UInt64
}
