import Auth
import Hummingbird

/// What a request carries through the middlewares.
struct ServiceRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks; set behind the authentication.
    var identity: Identity?

    init(source: Source) {
        coreContext = .init(source: source)
    }
}
