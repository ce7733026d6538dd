package io.hawser.cli.haproxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server line of a HAProxy backend as it is now. Immutable.
 *
 * @param name of the server
 * @param address where it points, an IP address
 * @param checkPort where it checks the server's health, 0 for the server's own port
 * @param agentPort where it asks for the weight
 * @param running whether it passes its health checks
 * @param maintenance whether it is taken out of service by hand
 */
public record ProxyServer(
        String name,
        String address,
        int port,
        int checkPort,
        int agentPort,
        boolean running,
        boolean maintenance) {
    /** {@code srv_op_state}: it gets traffic. */
    private static final int RUNNING = 2;

    /** The bit of {@code srv_admin_state} for maintenance; another says who began it. */
    private static final int FORCED_MAINTENANCE = 1;

    /**
     * Reads the answer to {@code show servers state}.
     *
     * @throws IllegalArgumentException if it is none
     */
    static List<ProxyServer> parse(String state) {
        Map<String, Integer> columns = new HashMap<>();
        List<ProxyServer> servers = new ArrayList<>();
        for (String line : state.lines().toList()) {
            if (line.startsWith("# ")) {
                String[] names = line.substring(2).split(" ", -1);
                for (int i = 0; i < names.length; i++) {
                    columns.put(names[i], i);
                }
            } else if (!columns.isEmpty() && !line.isBlank()) {
                servers.add(server(columns, line.split(" ", -1)));
            }
        }
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(state.lines().findFirst().orElse("no answer"));
        }
        return servers;
    }

    private static ProxyServer server(Map<String, Integer> columns, String[] values) {
        return new ProxyServer(
                text(columns, values, "srv_name"),
                text(columns, values, "srv_addr"),
                number(columns, values, "srv_port"),
                number(columns, values, "srv_check_port"),
                number(columns, values, "srv_agent_port"),
                number(columns, values, "srv_op_state") == RUNNING,
                (number(columns, values, "srv_admin_state") & FORCED_MAINTENANCE) != 0);
    }

    private static String text(Map<String, Integer> columns, String[] values, String name) {
        Integer column = columns.get(name);
        if (column == null || column >= values.length) {
            throw new IllegalArgumentException("HAProxy does not tell " + name);
        }
        return values[column];
    }

    private static int number(Map<String, Integer> columns, String[] values, String name) {
        String text = text(columns, values, name);
        return text.equals("-") ? 0 : Integer.parseInt(text);
    }
}
