package shoal.bytes;

import java.net.InetAddress;

/** From how far away an address can be meant: the nearest first. */
public enum Nearness {
    /** This machine. */
    HOST,
    /** This link or site: private and link-local addresses, and those that a provider's customers share (RFC 6598). */
    SITE,
    /** Anywhere. */
    WORLD;

    /** The nearness of {@code address}. */
    public static Nearness of(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) return HOST;
        if (address.isLinkLocalAddress() || address.isSiteLocalAddress()) return SITE;
        byte[] bytes = address.getAddress();
        // unique local (RFC 4193) and shared by a provider's customers
        boolean near = bytes.length == 16
                ? (bytes[0] & 0xfe) == 0xfc
                : (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
        return near ? SITE : WORLD;
    }
}
