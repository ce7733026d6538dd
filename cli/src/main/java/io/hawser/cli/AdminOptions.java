package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import picocli.CommandLine.Option;

import java.net.URI;
import java.time.Duration;

/** The options of commands that talk to a node's admin port. */
final class AdminOptions {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:HAWSER_URL:-http://127.0.0.1:9000}",
            description = "Admin address of a node. Else HAWSER_URL, else http://127.0.0.1:9000.")
    private String url = "";

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:HAWSER_API_KEY:-}",
            description = "The node's api.key. Else HAWSER_API_KEY.")
    private String apiKey = "";

    AdminClient client() {
        return client(url, apiKey);
    }

    /**
     * A client of the node at {@code url}.
     *
     * @throws CommandFailure if that is no address
     */
    static AdminClient client(String url, String apiKey) {
        return new AdminClient(address(url), apiKey, TIMEOUT);
    }

    private static URI address(String url) {
        return WebAddress.parse(url, "http", "https")
                .orElseThrow(
                        () ->
                                new CommandFailure(
                                        ExitCode.USAGE,
                                        "'" + url + "' is no admin address",
                                        "Give one like http://127.0.0.1:9000 with --url or"
                                                + " HAWSER_URL."));
    }

    /** The failure that a command ends with when the node did not do what was asked. */
    static CommandFailure failure(AdminException error) {
        return switch (error.kind()) {
            case NOT_REACHABLE ->
                    new CommandFailure(
                            ExitCode.NOT_REACHABLE,
                            error.getMessage(),
                            "Is the node running? Give its admin address with --url or HAWSER_URL.",
                            error);
            case DENIED ->
                    new CommandFailure(
                            ExitCode.DENIED,
                            error.getMessage(),
                            "Give the node's api.key with --api-key or HAWSER_API_KEY.",
                            error);
            case UNKNOWN_CHANNEL ->
                    new CommandFailure(
                            ExitCode.FAILED,
                            error.getMessage(),
                            CommandFailure.NAMESPACE_ADVICE,
                            error);
            case REFUSED -> new CommandFailure(ExitCode.FAILED, error.getMessage(), "", error);
            case NOT_HAWSER ->
                    new CommandFailure(
                            ExitCode.FAILED,
                            error.getMessage(),
                            "Is this the admin port of a node (admin.port), not its public one?",
                            error);
        };
    }
}
