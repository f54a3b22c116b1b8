/// The ways through a proxy.
package struct ProxyDirection: OptionSet, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let toTarget = ProxyDirection(rawValue: 1)
    package static let toClient = ProxyDirection(rawValue: 2)
    package static let both: ProxyDirection = [.toTarget, .toClient]

    package var description: String {
        switch self {
        case .toTarget: "to the target"
        case .toClient: "to the client"
        default: "both ways"
        }
    }
}
