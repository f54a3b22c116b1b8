/// Ends the HTTP task of a connection that became a WebSocket.
struct ConnectionUpgraded: Error {}
