package shoal.manifest;

import shoal.bytes.Printable;

/** A manifest or a magnet link is not what it should be. The message is one line and fit to be shown after a colon. */
public final class ManifestException extends Exception {
    private static final long serialVersionUID = 1;

    /** With what is wrong with which value; control characters in it are escaped. */
    public ManifestException(String reason) {
        super(Printable.of(reason));
    }

    /** With what is wrong with which value, and what found it. */
    public ManifestException(String reason, Throwable cause) {
        super(Printable.of(reason), cause);
    }
}
