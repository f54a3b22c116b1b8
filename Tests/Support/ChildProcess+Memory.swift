import Foundation

extension ChildProcess {
    /// The resident memory now, in bytes (`VmRSS` of proc(5)).
    package func residentBytes() throws -> Int { try status("VmRSS") }

    /// The most resident memory that it ever had, in bytes (`VmHWM`).
    package func peakResidentBytes() throws -> Int { try status("VmHWM") }

    private func status(_ key: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(key):") }
        guard let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure("no \(key) in /proc/\(identifier)/status")
        }
        return kibibytes << 10
    }
}
