package shoal.catalogue;

/** This is not the JSON of a catalogue, or not a name record. The message is one line. */
public final class CatalogueFormatException extends Exception {
    private static final long serialVersionUID = 1;

    /** With a reason that can stand behind {@code "the catalogue's answer: "}. */
    public CatalogueFormatException(String reason) {
        super(reason);
    }
}
