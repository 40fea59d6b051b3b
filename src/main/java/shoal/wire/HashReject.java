package shoal.wire;

/** These hashes, which you asked for, will not come (BEP 52). */
public record HashReject(HashRequest request) implements Message {}
