package shoal.dht;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bencode.BencodeException;
import shoal.bencode.BencodeReader;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/** Reads packets that anyone may have made. Keys of no meaning to us are passed over. Pure. */
public final class PacketReader {
    private PacketReader() {}

    /**
     * Reads a datagram.
     *
     * @param bytes all of it; the caller must not change them any more
     */
    public static Packet read(byte[] bytes) throws PacketException {
        BDict dict;
        try {
            // in practice some sort their keys wrongly
            Bencoded value = BencodeReader.readDictLeniently(bytes, 0, bytes.length, DhtLimits.PACKET).value();
            dict = (BDict) value;
        } catch (BencodeException e) {
            throw new PacketException("not bencoded: " + e.getMessage(), Optional.empty());
        }
        BString transaction = dict.string("t").orElseThrow(() -> nothing("no transaction"));
        if (transaction.length() > DhtLimits.TRANSACTION) throw nothing("a transaction id that is too long");
        String kind = dict.string("y").map(BString::text).orElse("");
        return switch (kind) {
            case "q" -> query(dict, transaction);
            case "r" -> reply(dict, transaction);
            case "e" -> refusal(dict, transaction);
            default -> throw nothing("neither a question nor an answer");
        };
    }

    private static PacketException nothing(String reason) {
        return new PacketException(reason, Optional.empty());
    }

    private static PacketException wrong(BString transaction, String reason) {
        var answer = new Packet.Refusal(transaction, Packet.Refusal.PROTOCOL, reason);
        return new PacketException(reason, Optional.of(answer));
    }

    private static Packet query(BDict dict, BString transaction) throws PacketException {
        BDict args = dict.dict("a").orElseThrow(() -> wrong(transaction, "no arguments"));
        NodeId sender = NodeId.of(hash(args, "id", transaction));
        boolean readOnly = dict.integer("ro").orElse(0L) == 1;
        String method = dict.string("q").map(BString::text).orElse("");
        Question question = switch (method) {
            case "ping" -> new Question.Ping();
            case "find_node" -> new Question.FindNode(NodeId.of(hash(args, "target", transaction)), want(args));
            case "get_peers" -> new Question.GetPeers(hash(args, "info_hash", transaction), want(args));
            case "announce_peer" -> announce(args, transaction);
            default -> {
                var answer = new Packet.Refusal(transaction, Packet.Refusal.UNKNOWN_METHOD, "unknown method");
                throw new PacketException("unknown method", Optional.of(answer));
            }
        };
        return new Packet.Query(transaction, sender, readOnly, question);
    }

    private static InfoHash hash(BDict dict, String key, BString transaction) throws PacketException {
        BString value = dict.string(key).orElse(BString.of(""));
        if (value.length() != InfoHash.BYTES) throw wrong(transaction, "no " + key + " of 20 bytes");
        return InfoHash.read(value.buffer());
    }

    private static Want want(BDict args) {
        BList list = args.list("want").orElse(new BList(List.of()));
        return new Want(list.values().contains(BString.of("n4")), list.values().contains(BString.of("n6")));
    }

    private static Question announce(BDict args, BString transaction) throws PacketException {
        InfoHash infoHash = hash(args, "info_hash", transaction);
        BString token = args.string("token").orElseThrow(() -> wrong(transaction, "no token"));
        boolean implied = args.integer("implied_port").orElse(0L) != 0;
        long port = implied ? 0 : args.integer("port").orElse(0L);
        if (!implied && (port < 1 || port > 65535)) throw wrong(transaction, "no port from 1 to 65535");
        return new Question.Announce(infoHash, (int) port, implied, token);
    }

    private static Packet reply(BDict dict, BString transaction) throws PacketException {
        BDict values = dict.dict("r").orElseThrow(() -> nothing("an answer without values"));
        BString id = values.string("id").orElse(BString.of(""));
        if (id.length() != NodeId.BYTES) throw nothing("an answer without an id of 20 bytes");
        Optional<BString> token = values.string("token").filter(t -> t.length() <= DhtLimits.TOKEN);
        return new Packet.Reply(
                transaction,
                NodeId.read(id.buffer()),
                contacts(values, "nodes", 4),
                contacts(values, "nodes6", 16),
                peers(values),
                token,
                dict.string("ip").flatMap(PacketReader::endpoint));
    }

    private static List<Contact> contacts(BDict values, String key, int addressBytes) throws PacketException {
        Optional<BString> row = values.string(key);
        if (row.isEmpty()) return List.of();
        int length = NodeId.BYTES + addressBytes + 2;
        if (row.get().length() % length != 0) throw nothing(key + " of " + row.get().length() + " bytes");
        var contacts = new ArrayList<Contact>();
        for (ByteBuffer in = row.get().buffer(); in.hasRemaining() && contacts.size() < DhtLimits.NODES_TAKEN; ) {
            ByteBuffer one = in.slice(in.position(), length);
            in.position(in.position() + length);
            NodeId id = NodeId.read(one);
            endpoint(one).ifPresent(endpoint -> contacts.add(new Contact(id, endpoint)));
        }
        return contacts;
    }

    private static List<Endpoint> peers(BDict values) {
        var peers = new ArrayList<Endpoint>();
        for (Bencoded value : values.list("values").orElse(new BList(List.of()))) {
            if (peers.size() == DhtLimits.PEERS_TAKEN) break;
            if (value instanceof BString compact) endpoint(compact).ifPresent(peers::add);
        }
        return peers;
    }

    private static Optional<Endpoint> endpoint(BString compact) {
        return endpoint(compact.buffer());
    }

    /** The compact endpoint that is all of {@code in}; nothing if it is none, or none that could be reached. */
    private static Optional<Endpoint> endpoint(ByteBuffer in) {
        int addressBytes = in.remaining() - 2;
        boolean none = (addressBytes != 4 && addressBytes != 16) || in.getShort(in.limit() - 2) == 0;
        return none ? Optional.empty() : Optional.of(Endpoint.read(in, addressBytes)).filter(Endpoint::isReachable);
    }

    private static Packet refusal(BDict dict, BString transaction) {
        List<Bencoded> values = dict.list("e").map(BList::values).orElse(List.of());
        long code = !values.isEmpty() && values.getFirst() instanceof BInt number ? number.value() : 0;
        String text = values.size() > 1 && values.get(1) instanceof BString said ? said.text() : "";
        if (text.length() > DhtLimits.TEXT) text = text.substring(0, DhtLimits.TEXT);
        return new Packet.Refusal(transaction, Math.clamp(code, 0, 9999), text);
    }
}
