package shoal.wire;

/**
 * The 64 reserved bits of a handshake: what a peer can do besides BEP 3. Bits that mean nothing to us are kept.
 *
 * @param bits the eight bytes as a big-endian number
 */
public record Features(long bits) {
    private static final long EXTENSIONS = 0x10_0000;
    private static final long V2 = 0x10;
    private static final long FAST = 0x4;
    private static final long DHT = 0x1;

    /** Nothing but BEP 3. */
    public static final Features NONE = new Features(0);

    /** What we can do: the extension protocol, the fast extension and BitTorrent v2. */
    public static final Features OURS = new Features(EXTENSIONS | FAST | V2);

    /** The same and these. */
    public Features and(Features more) {
        return new Features(bits | more.bits);
    }

    /** The same and the DHT. */
    public Features withDht() {
        return new Features(bits | DHT);
    }

    /** Only what is here and in {@code other}: what two peers may use with each other. */
    public Features common(Features other) {
        return new Features(bits & other.bits);
    }

    /** The same without the fast extension. */
    public Features withoutFast() {
        return new Features(bits & ~FAST);
    }

    /** The same without the extension protocol. */
    public Features withoutExtensions() {
        return new Features(bits & ~EXTENSIONS);
    }

    /** The same without BitTorrent v2. */
    public Features withoutV2() {
        return new Features(bits & ~V2);
    }

    /** The extension protocol (BEP 10). */
    public boolean extensions() {
        return (bits & EXTENSIONS) != 0;
    }

    /** "I also speak v2" (BEP 52); libtorrent does not set it in a swarm that is v2 anyway. */
    public boolean v2() {
        return (bits & V2) != 0;
    }

    /** The fast extension (BEP 6). */
    public boolean fast() {
        return (bits & FAST) != 0;
    }

    /** The DHT (BEP 5). */
    public boolean dht() {
        return (bits & DHT) != 0;
    }

    @Override
    public String toString() {
        return "%016x".formatted(bits);
    }
}
