package shoal.storage;

/** Whether a fetch takes files that lie on this disk already, under whatever name, from there. */
public enum Reuse {
    /** All comes from the swarm. */
    NO,
    /** Copies them; where the file system can, both share their blocks until one of them is changed. */
    COPY,
    /** Lets the same file have two names, where that can be; else as {@link #COPY}. */
    LINK
}
