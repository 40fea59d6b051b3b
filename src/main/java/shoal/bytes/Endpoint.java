package shoal.bytes;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer listens: an IP address and a port from 1 to 65535, with the compact bytes of BEP 23 (IPv4, 6 bytes) and
 * BEP 7 (IPv6, 18 bytes).
 */
public record Endpoint(InetAddress address, int port) {
    /** Length of a compact IPv4 endpoint. */
    public static final int COMPACT_4 = 6;

    /** Length of a compact IPv6 endpoint. */
    public static final int COMPACT_6 = 18;

    /** @throws IllegalArgumentException if the port is none */
    public Endpoint {
        if (port < 1 || port > 65535) throw new IllegalArgumentException("port " + port + " is not from 1 to 65535");
    }

    /**
     * The endpoint of a resolved socket address.
     *
     * @throws IllegalArgumentException if it is not resolved or has no port
     */
    public static Endpoint of(InetSocketAddress address) {
        if (address.isUnresolved()) throw new IllegalArgumentException("not resolved: " + address);
        return new Endpoint(address.getAddress(), address.getPort());
    }

    /** Reads a compact endpoint with an address of {@code addressBytes} (4 or 16); the port may not be 0. */
    public static Endpoint read(ByteBuffer in, int addressBytes) {
        var bytes = new byte[addressBytes];
        in.get(bytes);
        return new Endpoint(address(bytes), Short.toUnsignedInt(in.getShort()));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length, e);
        }
    }

    /**
     * Parses {@code 192.0.2.1:6881} or {@code [2001:db8::1]:6881}: numbers only, no name is ever looked up.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || colon == text.length() - 1) throw notAnEndpoint(text);
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        // all four numbers: 127.1 is an address to some, but 6881 would be one as well
        else if (host.chars().filter(c -> c == '.').count() != 3) throw notAnEndpoint(text);
        int port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9' || i - colon > 5) throw notAnEndpoint(text);
            port = port * 10 + digit - '0';
        }
        if (port < 1 || port > 65535) throw notAnEndpoint(text);
        try {
            return new Endpoint(InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException e) {
            throw notAnEndpoint(text);
        }
    }

    private static IllegalArgumentException notAnEndpoint(String text) {
        return new IllegalArgumentException(
                "not an address and port like 192.0.2.1:6881 or [2001:db8::1]:6881: " + text);
    }

    /** Whether a peer could be there: not an unspecified, multicast, reserved or broadcast address (RFC 6890). */
    public boolean isReachable() {
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) return false;
        int first = address.getAddress()[0] & 0xff;
        return !isIpv4() || (first != 0 && first < 240);
    }

    /** Whether the address is an IPv4 one. */
    public boolean isIpv4() {
        return address instanceof Inet4Address;
    }

    /** Writes the compact form: 6 bytes for IPv4, 18 for IPv6. */
    public void write(ByteBuffer out) {
        out.put(address.getAddress()).putShort((short) port);
    }

    /** The address to connect to. */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** Written out, for what a record gets is linked at its first use, which is long for a short command. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Endpoint endpoint && port == endpoint.port && address.equals(endpoint.address);
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + port;
    }

    /** {@code 192.0.2.1:6881} or {@code [2001:db8:0:0:0:0:0:1]:6881}. */
    @Override
    public String toString() {
        String host = address.getHostAddress();
        return (isIpv4() ? host : "[" + host + "]") + ":" + port;
    }
}
