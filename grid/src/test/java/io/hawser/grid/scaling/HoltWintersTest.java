package io.hawser.grid.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HoltWintersTest {
    @Test
    void workedNumbers() {
        var model = new HoltWinters(0.5, 0.5, 0.0, 1);
        model.add(0, 10);
        model.add(1, 14); // level 0.5*14 + 0.5*10 = 12, trend 0.5*2 = 1
        assertThat(model.ahead(2, 1)).isEqualTo(13);
        model.add(2, 17); // level 0.5*17 + 0.5*13 = 15, trend 0.5*3 + 0.5*1 = 2
        assertThat(model.ahead(5, 3)).isEqualTo(21);
    }

    @Test
    void workedNumbersOfASeason() {
        var model = new HoltWinters(0.5, 0.0, 0.5, 2);
        model.add(0, 10);
        model.add(1, 14); // level 12, season of slot 1: 0.5*(14-12) = 1
        assertThat(model.ahead(2, 1)).isEqualTo(12);
        assertThat(model.ahead(3, 2)).isEqualTo(13);
        model.add(2, 10); // level 11, season of slot 0: 0.5*(10-11) = -0.5
        assertThat(model.ahead(3, 1)).isEqualTo(12);
        assertThat(model.ahead(4, 2)).isEqualTo(10.5);
    }

    @Test
    void followsALine() {
        var model = new HoltWinters(0.4, 0.2, 0.2, 1);
        for (int i = 0; i < 300; i++) {
            model.add(i, 5 + 0.5 * i);
        }
        assertThat(model.ahead(309, 10)).isCloseTo(5 + 0.5 * 309, within(0.1));
    }

    @Test
    void learnsTheSeason() {
        var model = new HoltWinters(0.1, 0.02, 0.3, 48);
        for (int i = 0; i < 48 * 20; i++) {
            model.add(i, day(i));
        }
        for (int ahead = 1; ahead <= 24; ahead++) {
            int slot = 48 * 20 - 1 + ahead;
            assertThat(model.ahead(slot, ahead)).isCloseTo(day(slot), within(5.0));
        }
    }

    private static double day(int slot) {
        return 100 + 40 * Math.sin(2 * Math.PI * slot / 48);
    }

    @Test
    void aGapCostsTheTrendButNotTheSeason() {
        var forecast =
                new LoadForecast(
                        new ScalingPolicy.Forecast(true, 4_000, 1_000, 48_000, 0.1, 0.02, 0.3));
        for (int i = 0; i < 48 * 20; i++) {
            forecast.add(i * 1_000L, day(i));
        }
        Double before = forecast.ahead();
        assertThat(before).isNotNull().isCloseTo(day(48 * 20 + 3), within(8.0));
        int later = 48 * 22 + 12;
        forecast.add(later * 1_000L, day(later));
        assertThat(forecast.ahead()).isNotNull().isCloseTo(day(later + 4), within(12.0));
    }

    @Test
    void withoutCheckedForecastsThereIsNoTelling() {
        var forecast =
                new LoadForecast(new ScalingPolicy.Forecast(true, 4_000, 1_000, 0, 0.4, 0.2, 0.2));
        for (int i = 0; i < 8; i++) {
            forecast.add(i * 1_000L, 1);
            assertThat(forecast.ahead()).isNull();
        }
        forecast.add(8_000, 1);
        assertThat(forecast.ahead()).isEqualTo(1);
    }
}
