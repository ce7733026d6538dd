package io.hawser.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.Ran;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** What the bench answers to wrong options. */
final class BenchOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    bench                              | Which command? There are: publish, subscribe
                    bench fanot                        | there is no command 'fanot'. Did you mean
                    bench fanout --rate 0              | '0' is no rate; write a number above 0, or max
                    bench fanout --rate fast           | 'fast' is no rate
                    bench fanout --rate -5             | '-5' is no rate
                    bench latency --rate max           | --rate max is not for latency
                    bench fanout --duration 10         | '10' is no time; write for example 500ms, 10s
                    bench fanout --duration 0          | --duration takes more than 0
                    bench fanout --size 12             | --size takes 54 to 8388608, not 12
                    bench fanout --window 0            | --window takes 1 to 4096, not 0
                    bench fanout --publishers 0        | --publishers takes 1 to 65536, not 0
                    bench fanout -c 0                  | --connections takes 1 to 1000000, not 0
                    bench fanout -c many               | 'many' is not a whole number
                    bench fanout -c 5 --channels 6     | --channels 6 are more than --connections 5
                    bench connect --timeout 0          | --timeout takes more than 0
                    bench connect --connect-rate -1    | --connect-rate takes 0 or more
                    bench connect --threads 0          | --threads takes 1 to 64
                    bench connect --processes -1       | --processes takes 0 to 100
                    bench connect --protocol xml       | Invalid value for option '--protocol'
                    bench connect --url http://h       | 'http://h' is no WebSocket address
                    bench connect --url ws://h,x       | 'x' is no WebSocket address
                    bench fanout --publish-url x       | 'x' is no WebSocket address
                    bench connect --publish-url ws://h | there is no option '--publish-url'
                    bench connect --token a --secret b | --token and --secret exclude each other
                    bench connect --rate 5             | there is no option '--rate'
                    bench publish -c 5                 | there is no option '-c'
                    """)
    void wrongUsageExitsWith2AndSaysWhat(String line, String expected) {
        Ran ran = Ran.run(List.of(line.split(" ", -1)));

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains(expected);
        assertThat(ran.err().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void moreConnectionsThanFilesAskForMoreProcesses() {
        int limit = FileLimit.connections();
        Ran ran = Ran.run("bench", "connect", "--processes", "1", "-c", "" + (limit + 1));

        assertThat(FileLimit.processes(limit, limit)).isEqualTo(1);
        assertThat(FileLimit.processes(limit + 1, limit)).isEqualTo(2);
        if (limit < 1_000_000) {
            assertThat(ran.code()).isEqualTo(2);
            assertThat(ran.err()).contains("give more --processes or raise the limit");
        }
    }
}
