package shoal.announce;

/** What a tracker says to an announce: peers, or why not. */
public sealed interface TrackerReply permits AnnounceReply, AnnounceFailure {}
