import Chat
import HTTPTypes
import Hummingbird

extension Response {
    /// A JSON body.
    static func json(
        _ status: HTTPResponse.Status = .ok, _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter()
        json.beginObject()
        body(&json)
        json.endObject()
        return Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: json.buffer))
    }

    /// `{"error": {"code", "message", "temporary"}}` with the code's status.
    static func error(_ error: ChatError) -> Response {
        var response = json(error.status) { json in
            json.object("error") { error.writeFields(to: &$0) }
        }
        if error.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if error.status == .serviceUnavailable { response.headers[.retryAfter] = "2" }
        return response
    }
}
