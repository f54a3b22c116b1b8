import Hummingbird
import Logging
import NIOPosix

/// The files of one folder. Of other folders' addresses there are none: not even the redirect that adds a slash, which
/// would name another host for `//folder`.
struct WebClientFiles: FileProvider {
    private let files: LocalFileSystem

    init(folder: String, logger: Logger) {
        files = LocalFileSystem(rootFolder: folder, threadPool: .singleton, logger: logger)
    }

    /// - Parameter path: decoded. The file system would take a NUL for its end, and so find another file than the one
    ///   whose name decides about the content type.
    func getFileIdentifier(_ path: String) -> String? {
        guard !path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return nil }
        return files.getFileIdentifier(path)
    }

    func getAttributes(id: String) async throws -> LocalFileSystem.FileAttributes? {
        let attributes = try await files.getAttributes(id: id)
        return attributes?.isFolder == true && id != files.getFileIdentifier("/") ? nil : attributes
    }

    func loadFile(id: String, context: some RequestContext) async throws -> ResponseBody {
        try await files.loadFile(id: id, context: context)
    }

    func loadFile(id: String, range: ClosedRange<Int>, context: some RequestContext) async throws -> ResponseBody {
        try await files.loadFile(id: id, range: range, context: context)
    }
}
