package shoal.dht;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Endpoint;

/** Makes the bytes of packets. Pure. */
public final class PacketWriter {
    /** Two letters of ours, as in peer ids, and a version. */
    private static final BString CLIENT = BString.of("SJ\0\1");

    private PacketWriter() {}

    /** The datagram. */
    public static byte[] write(Packet packet) {
        BDict.Builder dict = BDict.builder().put("t", packet.transaction());
        switch (packet) {
            case Packet.Query query -> {
                dict.put("y", "q").put("v", CLIENT);
                if (query.readOnly()) dict.put("ro", 1);
                question(dict, query);
            }
            case Packet.Reply reply -> {
                dict.put("y", "r").put("v", CLIENT).put("r", values(reply));
                reply.seenAs().ifPresent(endpoint -> dict.put("ip", compact(endpoint)));
            }
            case Packet.Refusal refusal -> dict.put("y", "e").put("e", new BList(
                    List.of(new BInt(refusal.code()), BString.of(refusal.text()))));
        }
        var out = new ByteArrayOutputStream();
        dict.build().write(out);
        return out.toByteArray();
    }

    private static void question(BDict.Builder dict, Packet.Query query) {
        BDict.Builder args = BDict.builder().put("id", query.sender().bytes());
        switch (query.question()) {
            case Question.Ping() -> dict.put("q", "ping");
            case Question.FindNode(NodeId target, Want want) -> {
                dict.put("q", "find_node");
                want(args.put("target", target.bytes()), want);
            }
            case Question.GetPeers get -> {
                dict.put("q", "get_peers");
                want(args.put("info_hash", get.infoHash().bytes()), get.want());
            }
            case Question.Announce announce -> {
                dict.put("q", "announce_peer");
                args.put("info_hash", announce.infoHash().bytes());
                args.put("port", announce.port()).put("token", announce.token());
                if (announce.impliedPort()) args.put("implied_port", 1);
            }
        }
        dict.put("a", args.build());
    }

    private static void want(BDict.Builder args, Want want) {
        var list = new ArrayList<Bencoded>();
        if (want.fours()) list.add(BString.of("n4"));
        if (want.sixes()) list.add(BString.of("n6"));
        if (!list.isEmpty()) args.put("want", new BList(list));
    }

    private static BDict values(Packet.Reply reply) {
        BDict.Builder values = BDict.builder().put("id", reply.sender().bytes());
        if (!reply.fours().isEmpty()) values.put("nodes", row(reply.fours(), Contact.COMPACT_4));
        if (!reply.sixes().isEmpty()) values.put("nodes6", row(reply.sixes(), Contact.COMPACT_6));
        reply.token().ifPresent(token -> values.put("token", token));
        if (!reply.peers().isEmpty()) {
            values.put("values", new BList(List.copyOf(reply.peers().stream().map(PacketWriter::compact).toList())));
        }
        return values.build();
    }

    static byte[] row(List<Contact> contacts, int length) {
        ByteBuffer row = ByteBuffer.allocate(contacts.size() * length);
        contacts.forEach(contact -> contact.write(row));
        return row.array();
    }

    private static BString compact(Endpoint endpoint) {
        ByteBuffer out = ByteBuffer.allocate(endpoint.isIpv4() ? Endpoint.COMPACT_4 : Endpoint.COMPACT_6);
        endpoint.write(out);
        return BString.wrap(out.array());
    }
}
