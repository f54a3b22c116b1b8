import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Makes ids that are greater than every id it made or observed, whatever the wall clock does.
///
/// The hybrid logical clock of Kulkarni et al., *Logical Physical Clocks* (2014), in 56 bits: the wall clock in
/// milliseconds where it is ahead, else the highest known value plus one. A counter that overflows carries into the
/// milliseconds, those into the seconds; so 16,384 ids fit into a millisecond, and a burst or a clock that was stepped
/// back only borrows from the future. Lock-free; any number of threads may use one generator. A process has one.
package final class ObjectIDGenerator: Sendable {
    private let wallClock: @Sendable () -> Int64
    private let random: UInt64
    /// The highest clock value given out or observed.
    private let last = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - wallClock: milliseconds since 1970; may stand still or step back.
    ///   - random: the 40 bits that tell this process from others; nil draws them from the system.
    package init(
        wallClock: @escaping @Sendable () -> Int64 = ObjectIDGenerator.systemMilliseconds, random: UInt64? = nil
    ) {
        self.wallClock = wallClock
        self.random = random ?? UInt64.random(in: 0..<1 << 40)
    }

    /// The next id. Only at the very end of the range, in February 2106, can it not be greater: the last id comes again,
    /// and the database refuses it.
    package func next() -> ObjectID {
        let now = ObjectID.tick(atMilliseconds: wallClock())
        var known = last.load(ordering: .relaxed)
        while true {
            let tick = max(Self.successor(of: known), now)
            let (exchanged, original) = last.weakCompareExchange(
                expected: known, desired: tick, ordering: .acquiringAndReleasing)
            if exchanged { return ObjectID(tick: tick, random: random) }
            known = original
        }
    }

    /// Raises the clock above `id`, so that every later ``next()`` is greater. Only for ids read from stored messages:
    /// a client could push the clock into the future.
    ///
    /// Ids in the last second of the range (`ffffffff…`) are ignored: there would be no greater ids to give out.
    package func observe(_ id: ObjectID) {
        guard id.high >> 32 < UInt64(UInt32.max) else { return }
        last.max(id.tick, ordering: .acquiringAndReleasing)
    }

    /// The system's clock, in milliseconds since 1970.
    package static let systemMilliseconds: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// The next clock value. Ids of other drivers have 0 to 1023 where ours have milliseconds, so what reaches 1000
    /// goes to the start of the next second.
    private static func successor(of tick: UInt64) -> UInt64 {
        guard tick < ObjectID.highestTick else { return tick }
        let next = tick + 1
        guard next >> ObjectID.millisecondShift & 0x3FF > 999 else { return next }
        let second = (next >> ObjectID.secondShift) + 1
        return second <= UInt64(UInt32.max) ? second << ObjectID.secondShift : ObjectID.highestTick
    }
}
