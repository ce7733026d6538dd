package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;

/** The forecast of the load. Immutable. */
public record ScalingForecastConfig(
        @Key(
                        doc =
                                "Adds nodes also when the utilisation at the horizon, less what forecasts"
                                        + " were off by so far, is above up.utilisation.",
                        byDefault = "true")
                boolean enabled,
        @Key(doc = "How far the forecast looks ahead.", byDefault = "5m", min = "1s", max = "1d")
                Duration horizon,
        @Key(
                        doc =
                                "Time between two values that the forecast is made of. Not longer than the"
                                        + " horizon.",
                        byDefault = "30s",
                        min = "1s",
                        max = "1h")
                Duration sample,
        @Key(
                        doc =
                                "Time after which the load repeats, 20000 samples at most. 0: it does not.",
                        byDefault = "1d",
                        min = "0s",
                        max = "31d")
                Duration season,
        @Key(
                        doc = "Weight of the newest value in the level.",
                        byDefault = "40",
                        unit = "%",
                        min = "1",
                        max = "100")
                int levelWeight,
        @Key(
                        doc = "Weight of the newest change in the trend.",
                        byDefault = "20",
                        unit = "%",
                        min = "0",
                        max = "100")
                int trendWeight,
        @Key(
                        doc = "Weight of the newest value in its time of the season.",
                        byDefault = "20",
                        unit = "%",
                        min = "0",
                        max = "100")
                int seasonWeight) {
    private static final int MAX_SLOTS = 20_000;

    public ScalingForecastConfig {
        Checks.of(
                        ScalingForecastConfig.class,
                        enabled,
                        horizon,
                        sample,
                        season,
                        levelWeight,
                        trendWeight,
                        seasonWeight)
                .refuse(
                        sample.compareTo(horizon) > 0,
                        "is longer than horizon",
                        "lower sample or raise horizon",
                        "sample",
                        "horizon")
                .refuse(
                        season.toMillis() / Math.max(1, sample.toMillis()) > MAX_SLOTS,
                        "is more than " + MAX_SLOTS + " samples",
                        "raise sample or lower season",
                        "season",
                        "sample")
                .done();
    }
}
