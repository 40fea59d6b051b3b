package shoal.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import shoal.bytes.Printable;
import shoal.manifest.ManifestException;
import shoal.node.Refusal;
import shoal.storage.DiskFault;

/** Says what stopped a command, in one line if the user can do something about it, and finds its exit code. */
final class Faults {
    private Faults() {}

    /** The words of the command line are wrong. */
    static int of(Terminal terminal, ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        terminal.error(Printable.of(String.valueOf(e.getMessage())));
        boolean suggested = UnmatchedArgumentException.printSuggestions(e, e.getCommandLine().getErr());
        if (!suggested && command.parent() == null) e.getCommandLine().usage(e.getCommandLine().getErr());
        else terminal.say("Try '" + command.qualifiedName() + " --help'.");
        return Exit.USAGE.code;
    }

    /** Something went wrong while {@code command} ran. */
    static int of(Terminal terminal, Exception e, CommandSpec command) {
        boolean isBug = !(e instanceof Refusal || e instanceof DiskFault || e instanceof ManifestException
                || e instanceof IOException);
        String message = isBug ? "a bug of ours: " + e : e.getMessage() == null ? e.toString() : e.getMessage();
        terminal.error(message);
        if (isBug || terminal.volume() == Terminal.Volume.VERBOSE) terminal.log(Stack.of(e));
        // verify ends as sha256sum does, and says so on its class
        int code = command.exitCodeOnExecutionException() == 1
                ? Exit.of(e).code
                : command.exitCodeOnExecutionException();
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "error");
        json.put("code", code);
        json.put("message", message);
        terminal.json(json);
        return code;
    }
}
