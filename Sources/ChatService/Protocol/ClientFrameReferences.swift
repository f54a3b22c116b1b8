import Chat

/// The two fields that may name a frame: `client_id` and `ref`.
struct ClientFrameReferences {
    private let clientIDField: Reference
    private let refField: Reference

    private enum Reference {
        case missing
        case text(String)
        /// No text, or none of 1 to 128 bytes.
        case wrong

        var usable: String? {
            if case .text(let text) = self { text } else { nil }
        }
    }

    init(_ fields: borrowing ClientFrameFields) {
        clientIDField = Self.reference(fields.value("client_id"), of: fields)
        refField = Self.reference(fields.value("ref"), of: fields)
    }

    var clientID: String? { clientIDField.usable }

    /// The one that the answer carries: the `client_id`, else the `ref`. What is too long is never sent back.
    var usable: String? {
        clientIDField.usable ?? refField.usable
    }

    /// - Throws: `bad_request` when one of them is there but of no use.
    func check() throws(ChatError) {
        if case .wrong = clientIDField { throw Self.wrong("client_id") }
        if case .wrong = refField { throw Self.wrong("ref") }
    }

    private static func wrong(_ name: StaticString) -> ChatError {
        .badRequest("\(name) must be a string of 1 to \(ClientFrame.maximumReferenceBytes) bytes")
    }

    private static func reference(
        _ value: JSONValue?, of fields: borrowing ClientFrameFields
    ) -> Reference {
        guard let value else { return .missing }
        guard let text = fields.string(value), (1...ClientFrame.maximumReferenceBytes).contains(text.utf8.count) else {
            return .wrong
        }
        return .text(text)
    }
}
