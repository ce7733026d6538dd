package io.hawser.cli.demo;

/** What the demo says once it is up: where everything is and what to try. */
final class Banner {
    private Banner() {}

    static void print(Console console, DemoState state, DemoSettings settings, boolean proxied) {
        var text = new StringBuilder();
        text.append(
                """

                Hawser demo: %d nodes, %d clients, %s
                  page     %s
                  clients  %s
                  token    %s
                  API key  %s
                """
                        .formatted(
                                settings.nodes(),
                                settings.clients(),
                                proxied
                                        ? "HAProxy in front"
                                        : "no HAProxy (not installed): clients choose a node",
                                state.page(),
                                state.client(),
                                state.token(),
                                state.apiKey()));
        state.nodes().forEach(node -> text.append(line(node)));
        text.append(advice(state, settings.nodes()));
        console.print(text.toString());
    }

    private static String line(DemoState.Node node) {
        return "  %-7s  %s, admin %s, metrics %s/metrics%n"
                .formatted(node.id(), node.url(), node.adminUrl(), node.adminUrl());
    }

    private static String advice(DemoState state, int victim) {
        int number = Math.min(2, victim);
        return """

        In another terminal:
          ./hawser demo kill %1$d     kill -9 of node %1$d: its clients carry on elsewhere
          ./hawser demo stop %1$d     SIGSTOP: the node hangs
          ./hawser demo start %1$d    and it is back
          HAWSER_API_KEY=%2$s ./hawser cluster status --url %3$s
          HAWSER_TOKEN=%4$s ./hawser subscribe %5$s --ws-url %6$s
        Ctrl-C stops everything.
        """
                .formatted(
                        number,
                        state.apiKey(),
                        state.nodes().getFirst().adminUrl(),
                        state.token(),
                        DemoSettings.channels().getFirst(),
                        state.client());
    }
}
