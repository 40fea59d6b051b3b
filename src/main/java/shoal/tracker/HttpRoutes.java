package shoal.tracker;

import java.net.InetAddress;
import java.util.Optional;

/** What is served over HTTP. */
interface HttpRoutes {
    /**
     * The reply to a request that memory alone can answer; nothing when it takes a body, the disk or time. Runs on the
     * loop's thread, so that everybody waits for it.
     */
    Optional<HttpReply> atOnce(RequestHead head, InetAddress from) throws HttpFault;

    /** How many bytes of body such a request may bring; 0 if none. Runs on the loop's thread. */
    int mostBody(RequestHead head) throws HttpFault;

    /** The reply to any other request. Runs on a thread that may block. */
    HttpReply later(RequestHead head, byte[] body, InetAddress from) throws HttpFault;

    /** The reply that tells {@code fault} to whoever caused it. */
    HttpReply refusal(RequestHead head, HttpFault fault);
}
