package io.hawser.server.config;

/** What only the demo needs. Immutable. */
public record DemoConfig(
        @Key(doc = "Serves the demo page at / of the public port.", byDefault = "false")
                boolean page) {

    public DemoConfig {
        Checks.of(DemoConfig.class, page).done();
    }
}
