package shoal.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A pipe for programs that can run a command when they are done, and have no better way to tell. */
public final class Bell {
    private Bell() {}

    /** Makes the pipe; what is written to it is what the program says that is returned, until it is closed. */
    public static Program hang(Path pipe) throws IOException, InterruptedException {
        // open for writing as well, so that it does not end with the first who rings
        Program listener = Program.start(Map.of(), List.of(
                "sh", "-c", "mkfifo \"$0\" && echo listening && exec cat 0<> \"$0\"", pipe.toString()));
        listener.await("listening", Program.PATIENCE);
        return listener;
    }

    /** The command of a shell that rings with a line. */
    public static String ring(Path pipe, String line) {
        return "echo " + line + " > " + pipe;
    }
}
