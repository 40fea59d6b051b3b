package shoal.tracker;

/** SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of a few words that nobody can compute without the key. */
record SipHash(long key0, long key1) {
    /** The hash of the words, as if each were eight bytes, the lowest first. */
    long of(long... words) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        for (int i = 0; i <= words.length + 2; i++) {
            // behind the words comes their length, then the end
            long word = i < words.length ? words[i] : i == words.length ? (long) words.length << 59 : 0;
            if (i == words.length + 1) v2 ^= 0xff;
            v3 ^= word;
            for (int round = 0; round < 2; round++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
