package io.hawser.cli;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.List;

/**
 * What is printed when a command fails: one or two lines on standard error, and a stack trace only
 * if it was asked for.
 */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Hawser root;

    Failures(Hawser root) {
        this.root = root;
    }

    @Override
    public int handleParseException(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + what(error));
        err.println("Run '" + name + " --help' for what it takes.");
        traceIfAsked(error, err);
        return ExitCode.USAGE;
    }

    private static String what(ParameterException error) {
        if (error instanceof UnmatchedArgumentException unmatched) {
            return unknown(unmatched);
        }
        String message = String.valueOf(error.getMessage());
        // The parser names types of Java.
        return message.lines()
                .findFirst()
                .orElse(message)
                .replaceFirst("' is not an? (int|long)$", "' is not a whole number");
    }

    private static String unknown(UnmatchedArgumentException error) {
        String argument = error.getUnmatched().getFirst();
        boolean hasCommands = !error.getCommandLine().getSubcommands().isEmpty();
        String kind = error.isUnknownOption() ? "option" : hasCommands ? "command" : "argument";
        List<String> near = error.getSuggestions();
        return "there is no %s '%s'".formatted(kind, argument)
                + (near.isEmpty() ? "" : ". Did you mean " + String.join(" or ", near) + "?");
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        if (error instanceof CommandFailure failure) {
            err.println(name + ": " + failure.getMessage());
            if (!failure.advice().isEmpty()) {
                err.println(failure.advice());
            }
            traceIfAsked(error, err);
            return failure.exitCode();
        }
        err.println(name + ": unexpected failure: " + error);
        if (!root.verbose()) {
            err.println("Run it again with --verbose to see where.");
        }
        traceIfAsked(error, err);
        return ExitCode.FAILED;
    }

    private void traceIfAsked(Exception error, PrintWriter err) {
        if (root.verbose()) {
            error.printStackTrace(err);
        }
    }
}
