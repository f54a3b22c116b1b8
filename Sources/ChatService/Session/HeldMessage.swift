/// A message that waits until what it refers to is looked up, or until one before it is sent.
struct HeldMessage {
    let message: ClientFrame.NewMessage
    let references: MessageReferences
    let seat: RoomSeat
    let ref: String?
}
