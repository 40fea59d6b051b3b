package shoal.dht;

import java.nio.ByteBuffer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import shoal.bencode.BDict;
import shoal.bencode.BString;
import shoal.bencode.BencodeException;
import shoal.bencode.BencodeReader;
import shoal.bytes.Endpoint;

/**
 * What a node remembers from one run to the next: a dictionary of the id, and rows of IPv4 and IPv6
 * nodes as in answers.
 *
 * @param id who it was
 * @param nodes whom it knew
 */
public record SavedNodes(Optional<NodeId> id, List<Contact> nodes) {
    /** Of a node that is new. */
    public static final SavedNodes NOTHING = new SavedNodes(Optional.empty(), List.of());

    /** Copies the list. */
    public SavedNodes {
        nodes = List.copyOf(nodes);
    }

    /** Reads what {@link #bytes} wrote; nothing of what is damaged. */
    public static SavedNodes read(byte[] bytes) {
        try {
            BDict dict = BencodeReader.readDict(bytes, DhtLimits.SAVED_FILE);
            var nodes = new ArrayList<Contact>();
            read(dict, "nodes", 4, nodes);
            read(dict, "nodes6", 16, nodes);
            Optional<BString> id = dict.string("id").filter(string -> string.length() == NodeId.BYTES);
            return new SavedNodes(id.map(string -> NodeId.of(string.bytes())), nodes);
        } catch (BencodeException | IllegalArgumentException e) {
            return NOTHING;
        }
    }

    private static void read(BDict dict, String key, int addressBytes, List<Contact> nodes) {
        ByteBuffer in = dict.string(key).orElse(BString.of("")).buffer();
        while (in.remaining() >= NodeId.BYTES + addressBytes + 2 && nodes.size() < DhtLimits.SAVED) {
            nodes.add(new Contact(NodeId.read(in), Endpoint.read(in, addressBytes)));
        }
    }

    /** As bytes of a file. */
    public byte[] bytes() {
        BDict.Builder dict = BDict.builder();
        id.ifPresent(own -> dict.put("id", own.bytes()));
        List<Contact> fours = nodes.stream().filter(node -> node.endpoint().isIpv4()).toList();
        List<Contact> sixes = nodes.stream().filter(node -> !node.endpoint().isIpv4()).toList();
        dict.put("nodes", PacketWriter.row(fours, Contact.COMPACT_4));
        dict.put("nodes6", PacketWriter.row(sixes, Contact.COMPACT_6));
        var out = new ByteArrayOutputStream();
        dict.build().write(out);
        return out.toByteArray();
    }
}
