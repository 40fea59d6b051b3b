package shoal.node;

/** Connections that a node has, of all its shares together; {@code shoal.swarm} limits those of each. */
final class NodeLimits {
    /** In both directions. */
    static final int CONNECTIONS = 1000;

    /** Of these others may have made so many, lest no room is left for those that we want to make. */
    static final int INCOMING = 750;

    /**
     * Others may have made so many from one address, or from one network of IPv6 (64 bits, which one household has).
     * Many, for behind one address can be a whole town. Not from this machine: who is on it could do worse.
     */
    static final int FROM_ONE_ADDRESS = 64;

    /** Connections that have not shaken hands yet; the one that takes longest makes room. */
    static final int UNGREETED = 256;

    private NodeLimits() {}
}
