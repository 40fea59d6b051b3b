package shoal.tracker;

/** What is wrong with a request, as the status and the one line that go back to whoever sent it. */
final class HttpFault extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    HttpFault(int status, String reason) {
        super(reason, null, false, false); // no stack: they come as fast as somebody likes
        this.status = status;
    }

    int status() {
        return status;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
