package io.hawser.cli.demo;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The proxy's configuration for the demo: the rules of haproxy.cfg at the top of the project, for
 * the ports of this run. Stateless.
 */
final class ProxyConfig {
    private ProxyConfig() {}

    /**
     * Renders it. It logs nothing, since addresses carry tokens.
     *
     * @param front port to listen on
     * @param nodes of n1, n2, …
     * @param maxConnections sockets from clients that it takes at once
     */
    static String render(int front, List<PortPlan.NodePorts> nodes, int maxConnections) {
        String servers =
                IntStream.range(0, nodes.size())
                        .mapToObj(i -> server(i + 1, nodes.get(i)))
                        .collect(Collectors.joining("\n"));
        return """
        global
            maxconn %d
            hard-stop-after 1s

        defaults
            mode http
            timeout connect 300ms
            timeout http-request 5s
            timeout http-keep-alive 30s
            timeout client 30s
            timeout server 30s
            timeout client-fin 5s
            timeout queue 2s
            timeout tunnel 1h
            timeout check 250ms
            retries 2
            option redispatch 1
            option http-no-delay
            retry-on conn-failure empty-response 503

        frontend clients
            bind 127.0.0.1:%d
            http-request del-header X-Forwarded-For
            http-request del-header X-Forwarded-Host
            http-request del-header X-Forwarded-Proto
            option forwardfor
            default_backend nodes

        backend nodes
            balance leastconn
            http-request disable-l7-retry unless METH_GET
            option tcp-check
            tcp-check connect
            tcp-check expect rstring ^up
            default-server weight 100 agent-check agent-inter 200ms check inter 200ms fastinter 50ms fall 3 rise 2 observe layer4 \
        error-limit 3 on-error fastinter on-marked-down shutdown-sessions
        %s
        """
                .formatted(maxConnections, front, servers);
    }

    /** A hint to a node is obeyed while it takes clients. */
    private static String server(int number, PortPlan.NodePorts ports) {
        return """
            use-server n%1$d if { url_param(node) n%1$d } { srv_weight(nodes/n%1$d) gt 0 }
            server n%1$d 127.0.0.1:%2$d port %3$d agent-port %3$d\
        """
                .formatted(number, ports.http(), ports.agent());
    }
}
