/// Use of the watched processes, between two moments, for the report.
enum UsageReport {
    static func make(
        before: [String: ProcessUsage], begin: [String: ProcessUsage], end: [String: ProcessUsage]
    ) -> [String: Any] {
        end.reduce(into: [:]) { report, entry in
            let (name, usage) = entry
            report[name] = [
                "cpu_seconds": usage.cpuSeconds - (begin[name]?.cpuSeconds ?? 0),
                "rss_before_bytes": before[name]?.residentBytes ?? 0,
                "rss_begin_bytes": begin[name]?.residentBytes ?? 0,
                "rss_end_bytes": usage.residentBytes,
            ]
        }
    }

    static func quantiles(_ histogram: Histogram) -> [String: Any] {
        guard histogram.count > 0 else { return [:] }
        return [
            "p50_ms": histogram.milliseconds(atShare: 0.5) ?? 0,
            "p99_ms": histogram.milliseconds(atShare: 0.99) ?? 0,
            "p999_ms": histogram.milliseconds(atShare: 0.999) ?? 0,
            "max_ms": Double(histogram.maximum) / 1_000,
            "count": histogram.count,
        ]
    }
}
