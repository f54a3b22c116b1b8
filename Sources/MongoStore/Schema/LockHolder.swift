internal import BSON

/// Who holds, or held, the migration lock.
package struct LockHolder: Sendable, Hashable {
    /// Random; one run of `migrate`.
    package var owner: String
    package var host: String
    package var pid: Int32
    /// What its process id counts within: a boot of a machine and its process namespace. Empty where unknown.
    package var machine: String
    /// Milliseconds since 1970, by the database's clock.
    package var acquiredAtMilliseconds: Int64
    package var expiresAtMilliseconds: Int64
    /// Grows with each renewal.
    package var beat: Int64

    init(_ document: BSONDocument) {
        owner = document.string("owner") ?? ""
        host = document.string("host") ?? "?"
        pid = Int32(clamping: document.int64("pid") ?? 0)
        machine = document.string("machine") ?? ""
        acquiredAtMilliseconds = document.milliseconds("acquired_at") ?? 0
        expiresAtMilliseconds = document.milliseconds("expires_at") ?? 0
        beat = document.int64("beat") ?? 0
    }
}

extension LockHolder: CustomStringConvertible {
    package var description: String {
        "process \(pid) on \(host) since \(TimeText.utc(acquiredAtMilliseconds))"
    }
}
