package shoal.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BString;
import shoal.bencode.BencodeException;
import shoal.bencode.BencodeLimits;
import shoal.bencode.BencodeReader;
import shoal.bytes.Endpoint;

/**
 * Reads extension messages from bytes that anyone may have made. What is missing, of another type or out of range in a
 * handshake or a list of peers counts as not said, because programs differ there; metadata has to be right. Pure.
 */
final class ExtensionReader {
    private ExtensionReader() {}

    /**
     * Reads the message behind the id of {@code extended}, which starts with the id of its extension.
     *
     * @return nothing if it belongs to an extension, or is of a kind, that we do not know
     */
    static Optional<Message> read(ByteBuffer body) throws PeerFault {
        int id = body.get() & 0xff;
        if (id == 0) return Optional.of(handshake(MessageReader.rest(body)));
        Optional<Extension> extension = Extension.of(id);
        if (extension.isEmpty()) return Optional.empty();
        return switch (extension.get()) {
            case PEER_EXCHANGE -> Optional.of(peers(MessageReader.rest(body)));
            case METADATA -> metadata(MessageReader.rest(body));
            case UPLOAD_ONLY -> {
                checkLength(Extension.UPLOAD_ONLY, body, 1);
                yield Optional.of(new ExtensionMessage.UploadOnly(body.get() != 0));
            }
            case DONT_HAVE -> {
                checkLength(Extension.DONT_HAVE, body, 4);
                yield Optional.of(new ExtensionMessage.DontHave(body.getInt()));
            }
        };
    }

    private static void checkLength(Extension extension, ByteBuffer body, int length) throws PeerFault {
        if (body.remaining() != length) {
            throw new PeerFault("sent " + extension.key() + " of " + body.remaining() + " bytes");
        }
    }

    private static BencodeReader.Read dict(String what, byte[] payload) throws PeerFault {
        try {
            return BencodeReader.readDictLeniently(payload, 0, payload.length, BencodeLimits.MESSAGE);
        } catch (BencodeException e) {
            throw new PeerFault("sent " + what + " that is not bencoded: " + e.getMessage(), e);
        }
    }

    private static ExtendedHandshake handshake(byte[] payload) throws PeerFault {
        var dict = (BDict) dict("an extended handshake", payload).value();
        return new ExtendedHandshake(
                dict.dict("m").map(ExtensionReader::ids).orElse(Map.of()),
                integer(dict, "p", 65535),
                dict.string("v").map(ExtensionReader::printable),
                clamped(dict, "reqq", WireLimits.REQUEST_QUEUE),
                integer(dict, "metadata_size", WireLimits.METADATA),
                dict.string("yourip").flatMap(ExtensionReader::address),
                dict.integer("upload_only").map(on -> on != 0));
    }

    private static Map<Extension, Integer> ids(BDict m) {
        var ids = new EnumMap<Extension, Integer>(Extension.class);
        for (Extension extension : Extension.values()) {
            m.integer(extension.key())
                    .filter(id -> id >= 0 && id <= 255)
                    .ifPresent(id -> ids.put(extension, id.intValue()));
        }
        return ids;
    }

    /** The integer from 1 to {@code most}, or nothing. */
    private static OptionalInt integer(BDict dict, String key, int most) {
        long value = dict.integer(key).orElse(0L);
        return value < 1 || value > most ? OptionalInt.empty() : OptionalInt.of((int) value);
    }

    private static OptionalInt clamped(BDict dict, String key, int most) {
        long value = dict.integer(key).orElse(0L);
        return value < 1 ? OptionalInt.empty() : OptionalInt.of((int) Math.min(value, most));
    }

    /** A name that cannot move a terminal's cursor or fill a log. */
    private static String printable(BString name) {
        String text = name.text();
        var safe = new StringBuilder();
        text.codePoints()
                .limit(WireLimits.CLIENT_NAME)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '.' : c)
                .forEach(safe::appendCodePoint);
        return safe.toString();
    }

    private static Optional<InetAddress> address(BString bytes) {
        if (bytes.length() != 4 && bytes.length() != 16) return Optional.empty();
        try {
            return Optional.of(InetAddress.getByAddress(bytes.bytes()));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    private static Optional<Message> metadata(byte[] payload) throws PeerFault {
        BencodeReader.Read read = dict("ut_metadata", payload);
        var dict = (BDict) read.value();
        int block = required(dict, "piece");
        return switch (required(dict, "msg_type")) {
            case 0 -> Optional.of(new ExtensionMessage.MetadataRequest(block));
            case 1 -> {
                int length = payload.length - read.end();
                var data = ByteBuffer.wrap(payload, read.end(), length);
                yield Optional.of(new ExtensionMessage.MetadataData(
                        block, required(dict, "total_size"), BString.wrap(MessageReader.rest(data))));
            }
            case 2 -> Optional.of(new ExtensionMessage.MetadataReject(block));
            // BEP 9: kinds that are not known must be ignored
            default -> Optional.empty();
        };
    }

    private static int required(BDict dict, String key) throws PeerFault {
        long value = dict.integer(key).orElseThrow(() -> new PeerFault("sent ut_metadata without " + key));
        if (value != (int) value) throw new PeerFault("sent ut_metadata with " + key + " " + value);
        return (int) value;
    }

    private static PeerExchange peers(byte[] payload) throws PeerFault {
        var dict = (BDict) dict("ut_pex", payload).value();
        var added = new ArrayList<PeerExchange.Peer>();
        var dropped = new ArrayList<Endpoint>();
        addAdded(dict, "added", 4, added);
        addAdded(dict, "added6", 16, added);
        addDropped(dict, "dropped", 4, dropped);
        addDropped(dict, "dropped6", 16, dropped);
        return new PeerExchange(added, dropped);
    }

    private static void addAdded(BDict dict, String key, int addressBytes, List<PeerExchange.Peer> peers)
            throws PeerFault {
        byte[] flags = dict.string(key + ".f").map(BString::bytes).orElse(new byte[0]);
        List<Optional<Endpoint>> endpoints = endpoints(dict, key, addressBytes);
        for (int i = 0; i < endpoints.size() && peers.size() < WireLimits.EXCHANGED_PEERS; i++) {
            int flag = i < flags.length ? flags[i] & 0xff : 0;
            endpoints.get(i).ifPresent(endpoint -> peers.add(new PeerExchange.Peer(endpoint, flag)));
        }
    }

    private static void addDropped(BDict dict, String key, int addressBytes, List<Endpoint> peers) throws PeerFault {
        for (Optional<Endpoint> endpoint : endpoints(dict, key, addressBytes)) {
            if (peers.size() < WireLimits.EXCHANGED_PEERS) endpoint.ifPresent(peers::add);
        }
    }

    /** The compact addresses of a list in their order; nothing stands for one that cannot be meant. */
    private static List<Optional<Endpoint>> endpoints(BDict dict, String key, int addressBytes) throws PeerFault {
        Optional<BString> compact = dict.string(key);
        if (compact.isEmpty()) return List.of();
        ByteBuffer in = compact.get().buffer();
        if (in.remaining() % (addressBytes + 2) != 0) {
            throw new PeerFault("sent ut_pex with " + in.remaining() + " bytes of " + key);
        }
        var endpoints = new ArrayList<Optional<Endpoint>>();
        while (in.hasRemaining() && endpoints.size() < 2 * WireLimits.EXCHANGED_PEERS) {
            endpoints.add(endpoint(in, addressBytes));
        }
        return endpoints;
    }

    private static Optional<Endpoint> endpoint(ByteBuffer in, int addressBytes) {
        if (in.getShort(in.position() + addressBytes) == 0) {
            in.position(in.position() + addressBytes + 2);
            return Optional.empty();
        }
        return Optional.of(Endpoint.read(in, addressBytes)).filter(Endpoint::isReachable);
    }
}
