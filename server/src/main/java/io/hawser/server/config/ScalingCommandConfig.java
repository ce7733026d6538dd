package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;
import java.util.List;

/** The commands that carry scaling decisions out. Immutable. */
public record ScalingCommandConfig(
        @Key(
                        doc =
                                "Program and arguments that start a node; %i is its id. The environment has"
                                        + " SCALING_NODE, SCALING_DIRECTION, SCALING_TRIGGER,"
                                        + " SCALING_FROM, SCALING_TO and SCALING_NUMBER. Empty: none.",
                        example = "[systemctl, start, \"hawser@%i\"]")
                List<String> up,
        @Key(
                        doc = "Program and arguments that stop a node. Empty: none.",
                        example = "[systemctl, stop, \"hawser@%i\"]")
                List<String> down,
        @Key(
                        doc = "How long a command may take before it is killed.",
                        byDefault = "2m",
                        min = "100ms",
                        max = "1h")
                Duration timeout) {

    public ScalingCommandConfig {
        up = List.copyOf(up);
        down = List.copyOf(down);
        Checks.of(ScalingCommandConfig.class, up, down, timeout).done();
    }
}
