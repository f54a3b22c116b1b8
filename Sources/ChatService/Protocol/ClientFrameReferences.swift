import Chat

/// The two fields that may name a frame: `client_id` and `ref`.
struct ClientFrameReferences {
    private let clientID: Reference
    private let ref: Reference

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
        clientID = Self.reference(fields.value("client_id"), of: fields)
        ref = Self.reference(fields.value("ref"), of: fields)
    }

    /// The one that the answer carries: the `client_id`, else the `ref`. What is too long is never sent back.
    var usable: String? {
        clientID.usable ?? ref.usable
    }

    /// - Throws: `bad_request` when one of them is there but of no use.
    func check() throws(ChatError) {
        for (name, reference) in [("client_id", clientID), ("ref", ref)] {
            if case .wrong = reference {
                throw .badRequest("\(name) must be a string of 1 to \(ClientFrame.maximumReferenceBytes) bytes")
            }
        }
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
