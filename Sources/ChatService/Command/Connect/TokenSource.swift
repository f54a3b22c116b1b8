internal import Auth
internal import Chat

/// Where the token of each attempt to connect comes from.
enum TokenSource: Sendable {
    case given(String)
    /// Made anew each time, so that it does not run out.
    case made(TokenIssuer, UserID, String?)

    /// `nil` when only the token knows.
    var userID: String? {
        switch self {
        case .given: nil
        case .made(_, let userID, _): userID.rawValue
        }
    }

    func token() throws(AuthError) -> String {
        switch self {
        case .given(let token): token
        case .made(let issuer, let userID, let name):
            try issuer.issue(userID: userID, name: name, lifetimeSeconds: 86_400).token
        }
    }
}
