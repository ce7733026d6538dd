package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

/** The agent port, on which HAProxy asks how many clients the node wants. Immutable. */
public record AgentConfig(
        @Key(
                        doc =
                                "Address that the agent port listens on. Empty: that of node.host, where"
                                        + " HAProxy looks for it.",
                        pattern = NodeConfig.HOST + "|",
                        expects = NodeConfig.HOST_EXPECTED)
                String host,
        @Key(
                        doc =
                                "Agent port: answers whoever connects with up N%, the share of its weight"
                                        + " that the node wants; up 0% while it is drained, down while it"
                                        + " serves nobody. HAProxy also checks the node's health there. 0: none.",
                        byDefault = "0",
                        min = "0",
                        max = "65535",
                        example = "9101")
                int port) {

    public AgentConfig {
        Checks.of(AgentConfig.class, host, port).done();
    }

    /** Whether there is one. */
    public boolean enabled() {
        return port != 0;
    }
}
