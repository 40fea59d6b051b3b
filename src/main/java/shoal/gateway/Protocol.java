package shoal.gateway;

/** What is let in, with its number on the Internet. */
public enum Protocol {
    /** Peers. */
    TCP(6),
    /** The DHT. */
    UDP(17);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
