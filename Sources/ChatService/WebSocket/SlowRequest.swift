/// The body of a request comes so slowly that it is not waited for. Answer 408; the connection is closed behind that.
package struct SlowRequest: Error {}
