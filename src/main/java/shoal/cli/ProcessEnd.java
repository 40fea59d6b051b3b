package shoal.cli;

import java.nio.file.Path;

/**
 * How the process ends once its command is over. The JVM's own end waits 300 ms for threads that are in a system call,
 * as the one that polls the sockets of all virtual threads always is. {@code src/main/native/end.c} does not; the
 * launcher builds it where there is a C compiler, and names it in the property {@value #PROPERTY}.
 *
 * <p>No lambda and no other class: in training it is not used to its end, and would not be in the AOT cache.
 */
final class ProcessEnd implements Runnable {
    private static final String PROPERTY = "shoal.end";

    private final int code;

    private ProcessEnd(int code) {
        this.code = code;
    }

    /** Ends the process, of which everything is closed; but if a signal is ending it already, as that does. */
    static void with(int code) {
        String library = System.getProperty(PROPERTY);
        if (library != null) new ProcessEnd(code).register(Path.of(library));
        System.exit(code);
    }

    @SuppressWarnings("restricted") // it cannot break what is over
    private void register(Path library) {
        try {
            System.load(library.toAbsolutePath().toString());
            Runtime.getRuntime().addShutdownHook(new Thread(this, "end at once"));
        } catch (UnsatisfiedLinkError | IllegalStateException e) {
            // it takes a moment longer; or a signal was quicker, and what it closes must be closed in peace
        }
    }

    @Override
    public void run() {
        end(code);
    }

    private static native void end(int code);
}
