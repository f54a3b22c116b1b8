import Foundation

/// Reports, one JSON object a line on the standard output.
enum Output {
    static func write(_ report: [String: Any]) throws {
        let json = try JSONSerialization.data(withJSONObject: report, options: [.sortedKeys])
        FileHandle.standardOutput.write(json + Data("\n".utf8))
    }
}
