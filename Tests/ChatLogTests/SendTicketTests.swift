import Chat
import ChatLog
import Testing

@Suite struct SendTicketTests {
    @Test("A ticket is settled by the first answer, whoever gives it, and by no other")
    func once() async {
        let answer = Answer()
        let ticket = SendTicket(answer.completion)
        #expect(!ticket.isSettled)
        await withTaskGroup { group in
            for number in 0..<50 {
                group.addTask { ticket.settle(.failure(.unavailable("\(number)"))) }
            }
        }
        #expect(answer.all.count == 1)
        #expect(ticket.isSettled)
    }
}
