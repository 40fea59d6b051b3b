package shoal.dht;

/** A node of the table: one that has answered us at least once. */
final class Neighbour {
    final Contact contact;

    /** When it was last heard of: its answer, or a question of its own. */
    long heard;

    /** Questions in a row that it did not answer. */
    int failures;

    /** When it was last asked to prove that it is there. */
    long checked;

    Neighbour(Contact contact, long now) {
        this.contact = contact;
        heard = now;
        checked = now;
    }

    boolean isBad() {
        return failures >= DhtLimits.BAD;
    }

    boolean isQuestionable(long now) {
        return now - heard > DhtLimits.GOOD || failures > 0;
    }
}
