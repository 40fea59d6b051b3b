package shoal.cli;

/** Numbers of peers as people read them. */
final class Peers {
    private Peers() {}

    static String text(int count) {
        return count + (count == 1 ? " peer" : " peers");
    }
}
