/// How many messages one read of a scan looks through.
enum SearchWindow {
    static let smallest: Int64 = 50
    static let largest: Int64 = 50_000

    /// What one window may take; then it is tried again with a quarter of the messages. The smallest cannot take long
    /// by itself, so it may wait for a server that is busy with others.
    static func milliseconds(for window: Int64) -> Int {
        window > smallest ? 250 : 5000
    }

    /// Aims at 100 ms a window, changing at most fourfold at a time.
    static func next(after window: Int64, took: Duration) -> Int64 {
        let factor = min(max(Duration.milliseconds(100) / max(took, .microseconds(1)), 0.25), 4)
        return min(max(Int64(Double(window) * factor), smallest), largest)
    }
}
