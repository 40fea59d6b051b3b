package shoal.gateway;

import java.io.IOException;

/** A router says no, or what no router may say. The message is the reason in a few words, which may be printed. */
final class GatewayException extends IOException {
    private static final long serialVersionUID = 1;

    GatewayException(String message) {
        super(message);
    }
}
