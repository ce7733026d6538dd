package io.hawser.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * A command that was run in this process, and what came of it.
 *
 * @param code exit code
 */
public record Ran(int code, String out, String err) {

    public static Ran run(List<String> args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code =
                Hawser.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(args.toArray(String[]::new));
        return new Ran(code, out.toString(), err.toString());
    }

    public static Ran run(String... args) {
        return run(List.of(args));
    }
}
