import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Notices the end of a child by itself. Foundation notices it by a socket that another child, started at the same moment,
/// may hold open: then two tests wait for each other's services for ever.
enum ProcessEnd {
    /// - Parameter ended: called once with the exit status, or 128 and the number of the signal; not when Foundation
    ///   was first to ask for it.
    static func watch(_ identifier: Int32, _ ended: @escaping @Sendable (Int32) -> Void) {
        Thread.detachNewThread {
            var info = siginfo_t()
            // The child stays to be asked by Foundation, too.
            while waitid(P_PID, id_t(identifier), &info, WEXITED | WNOWAIT) != 0 {
                guard errno == EINTR else { return }
            }
            #if canImport(Darwin)
                let status = info.si_status
            #else
                let status = info._sifields._sigchld.si_status
            #endif
            ended(info.si_code == 1 ? status : 128 + status)
        }
    }
}
