/// The server's error numbers that are told apart (mongod's `error_codes.yml`).
enum ServerCode {
    static let interrupted: Int32 = 11601
    static let maxTimeExpired: Int32 = 50
    static let validation: Int32 = 121

    /// 11001 and 12582 are older forms of the same.
    static let duplicateKey: Set<Int32> = [11000, 11001, 12582]
    /// Unauthorized, AuthenticationFailed, and Atlas' own.
    static let authentication: Set<Int32> = [13, 18, 8000]
    /// NotWritablePrimary, NotPrimaryNoSecondaryOk, InterruptedDueToReplStateChange, InterruptedAtShutdown,
    /// PrimarySteppedDown, ShutdownInProgress, NotPrimaryOrSecondary, NotPrimaryNoSecondaryOk's legacy form.
    static let notPrimary: Set<Int32> = [10107, 13435, 11602, 11600, 189, 91, 10058, 13436]
    /// HostUnreachable, HostNotFound, NetworkTimeout, SocketException: a router's trouble behind it.
    static let network: Set<Int32> = [6, 7, 89, 9001]
    /// WriteConcernFailed, UnsatisfiableWriteConcern, and the codes of a write concern that cannot be had.
    static let writeConcern: Set<Int32> = [64, 79, 100]
    /// LockTimeout, WriteConflict, ExceededTimeLimit, CursorNotFound, SnapshotUnavailable,
    /// ReadConcernMajorityNotAvailableYet.
    static let transient: Set<Int32> = [24, 112, 262, 43, 246, 134]

    static func code(of number: Int32) -> MongoError.Code {
        switch number {
        case interrupted: .interrupted
        case maxTimeExpired: .timeout
        case validation: .validation
        case _ where duplicateKey.contains(number): .duplicateKey
        case _ where authentication.contains(number): .authentication
        case _ where notPrimary.contains(number): .notPrimary
        case _ where network.contains(number): .network
        case _ where writeConcern.contains(number): .writeConcern
        default: .command
        }
    }
}
