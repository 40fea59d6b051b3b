package shoal.node;

import static shoal.bytes.Printable.quoted;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import shoal.bytes.Endpoint;
import shoal.discovery.GivenPeers;

/** Addresses as a user writes them. */
public final class Addresses {
    private Addresses() {}

    /**
     * An address of this machine, by number or name.
     *
     * @throws Refusal if there is none
     */
    public static InetAddress parse(String host) throws Refusal {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new Refusal(Refusal.Kind.USAGE, "no address is known for " + quoted(host), e);
        }
    }

    /** Whether this is an address of this machine. */
    static boolean isHere(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * All addresses behind texts like {@code HOST:PORT}, by number or name.
     *
     * @throws Refusal if one is none, or no address is known for it
     */
    static List<Endpoint> endpoints(List<String> texts) throws Refusal {
        source(texts);
        var endpoints = new ArrayList<Endpoint>();
        for (String text : texts) {
            int colon = text.lastIndexOf(':');
            try {
                for (InetAddress address : InetAddress.getAllByName(text.substring(0, colon))) {
                    endpoints.add(new Endpoint(address, Integer.parseInt(text.substring(colon + 1))));
                }
            } catch (UnknownHostException e) {
                throw new Refusal(Refusal.Kind.NETWORK, "no address is known for " + quoted(text), e);
            }
        }
        return endpoints;
    }

    /**
     * Looks whether texts are like {@code HOST:PORT}.
     *
     * @throws Refusal if one is not
     */
    public static void check(List<String> texts) throws Refusal {
        source(texts);
    }

    /**
     * A source of the peers that the user named.
     *
     * @throws Refusal if one is not {@code HOST:PORT}
     */
    static GivenPeers source(List<String> texts) throws Refusal {
        try {
            return GivenPeers.named(texts);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Kind.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
