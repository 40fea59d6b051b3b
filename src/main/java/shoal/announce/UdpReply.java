package shoal.announce;

import java.util.List;

/** What a tracker says in one UDP packet (BEP 15). */
public sealed interface UdpReply {
    /** What the request had. */
    int transaction();

    /** A connection id, good for a minute and for the address that it was sent to. */
    record Connected(int transaction, long connection) implements UdpReply {}

    /** The answer to an announce; of {@code reply} goes what the packet has room for: interval, figures and peers. */
    record Announced(int transaction, AnnounceReply reply) implements UdpReply {}

    /** The answer to a scrape, in the order of its hashes. */
    record Scraped(int transaction, List<SwarmFigures> figures) implements UdpReply {
        /** Copies the list. */
        public Scraped {
            figures = List.copyOf(figures);
        }
    }

    /** A refusal, with a line for a person. */
    record Failed(int transaction, String reason) implements UdpReply {}
}
