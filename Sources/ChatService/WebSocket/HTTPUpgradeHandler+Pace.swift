import NIOCore
import NIOHTTP1

// Bodies that trickle in: whoever sends one must not hold a connection, and a task, for as long as he likes.
extension HTTPUpgradeHandler {
    /// How long a peer that was told 408 may take to close.
    private static let closingTime = TimeAmount.seconds(1)
    /// How long the responder may take to answer one that is too slow.
    private static let answerTime = TimeAmount.seconds(5)

    func note(_ part: HTTPServerRequestPart) {
        switch part {
        case .head: self.pace.begin(now: .now())
        case .body(let bytes): self.pace.take(bytes.readableBytes)
        case .end: self.pace.end()
        }
    }

    /// Watches the request that is not whole yet, if there is one. Most are whole at once and need no timer.
    func watchPace(context: ChannelHandlerContext) {
        guard self.paceTimer == nil, let deadline = self.pace.deadline else { return }
        self.paceTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.paceTimer = nil
            self.checkPace(context: context)
        }
    }

    private func checkPace(context: ChannelHandlerContext) {
        guard let deadline = self.pace.deadline else { return }
        if !self.isReading {
            // Nobody here wants more: the peer waits for this side.
            self.pace.begin(now: .now())
        } else if deadline <= .now() {
            return self.giveUp(context: context)
        }
        self.watchPace(context: context)
    }

    private func giveUp(context: ChannelHandlerContext) {
        self.pace.end()
        guard self.plainHandlers != nil, self.state.owesResponse else {
            context.close(promise: nil)
            return
        }
        context.fireErrorCaught(SlowRequest())
        self.close(context: context, in: Self.answerTime)
    }

    /// The answer is written: the peer may read it before the connection ends.
    func answeredSlowRequest(context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        self.close(context: context, in: Self.closingTime)
    }

    private func close(context: ChannelHandlerContext, in time: TimeAmount) {
        self.paceTimer?.cancel()
        self.paceTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            context.close(promise: nil)
        }
    }
}
