package io.hawser.cli;

/** What to do about connections that fail in a bench. Stateless. */
final class BenchAdvice {
    private BenchAdvice() {}

    /** One line; empty if there is nothing to say. */
    static String on(String reason) {
        return switch (reason) {
            case "http_503" ->
                    "the node is full, drains, or takes fewer handshakes a second; see"
                            + " --connect-rate, node.max_connections, server.handshake_rate.";
            case "http_404" -> "is that the public port of a node, and its path?";
            case "no_source_port" ->
                    "this machine has no ports left for that address; give several --url.";
            case "too_many_files" -> "raise ulimit -n, or give more --processes.";
            case "close_3500", "connect_error_101", "connect_error_109" ->
                    "the node wants another token: --secret or --token.";
            case "subscribe_error_103", "publish_error_103" ->
                    "the node does not allow it: client.insecure, or the namespace's"
                            + " allow_subscribe_for_client and allow_publish_for_client.";
            case "subscribe_error_102", "publish_error_102" -> CommandFailure.NAMESPACE_ADVICE;
            default -> "";
        };
    }
}
