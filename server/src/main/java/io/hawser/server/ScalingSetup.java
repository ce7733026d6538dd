package io.hawser.server;

import io.hawser.grid.scaling.Measure;
import io.hawser.grid.scaling.ScalingPolicy;
import io.hawser.server.config.ScalingConfig;
import io.hawser.server.config.ScalingForecastConfig;
import io.hawser.server.config.ScalingUpConfig;
import io.hawser.server.config.WebhookConfig;
import io.hawser.server.hook.WebhookSettings;

import java.net.URI;

/** What scaling is told, from the configuration. */
final class ScalingSetup {
    private static final double PERCENT = 100;

    private ScalingSetup() {}

    static ScalingPolicy policy(ScalingConfig config) {
        return new ScalingPolicy(
                config.minNodes(),
                config.maxNodes(),
                config.step(),
                config.measures().stream().map(ScalingSetup::measure).toList(),
                config.nodes(),
                config.hysteresis() / PERCENT,
                config.arrivalTime().toMillis(),
                up(config.up()),
                new ScalingPolicy.Down(
                        config.down().utilisation() / PERCENT,
                        config.down().sustained().toMillis(),
                        config.down().cooldown().toMillis()),
                forecast(config.forecast()));
    }

    private static Measure measure(ScalingConfig.ScalingMeasure measure) {
        return switch (measure) {
            case CONNECTIONS -> Measure.CONNECTIONS;
            case CPU -> Measure.CPU;
            case MEMORY -> Measure.MEMORY;
        };
    }

    private static ScalingPolicy.Up up(ScalingUpConfig up) {
        return new ScalingPolicy.Up(
                up.utilisation() / PERCENT,
                up.nodeUtilisation() / PERCENT,
                up.latencyP99().toMillis(),
                up.latencyMinMessages(),
                up.errorRate() / PERCENT,
                up.errorRateSpike() / PERCENT,
                up.errorRateUsual().toMillis(),
                up.errorRateMinCommands(),
                up.sustained().toMillis(),
                up.cooldown().toMillis());
    }

    private static ScalingPolicy.Forecast forecast(ScalingForecastConfig forecast) {
        return new ScalingPolicy.Forecast(
                forecast.enabled(),
                forecast.horizon().toMillis(),
                forecast.sample().toMillis(),
                forecast.season().toMillis(),
                forecast.levelWeight() / PERCENT,
                forecast.trendWeight() / PERCENT,
                forecast.seasonWeight() / PERCENT);
    }

    static WebhookSettings webhook(WebhookConfig config) {
        return new WebhookSettings(
                URI.create(config.url().reveal()),
                config.secret().reveal(),
                config.timeout(),
                config.attempts(),
                config.backoff(),
                config.queue());
    }
}
