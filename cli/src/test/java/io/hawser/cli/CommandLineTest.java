package io.hawser.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the program answers to good and bad command lines. */
final class CommandLineTest {
    /** Nobody listens on port 1 of this machine. */
    private static final String NOBODY = "http://127.0.0.1:1";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                                   | hawser: Which command?
                    publsh                               | there is no command 'publsh'. Did you mean publish
                    cluster                              | Which command? There are: status, rebalance, restart
                    cluster stats                        | there is no command 'stats'. Did you mean status
                    cluster status --outptu json         | there is no option '--outptu'. Did you mean --output
                    cluster status extra                 | there is no argument 'extra'
                    cluster status --output xml          | Invalid value for option '--output'
                    cluster status --url localhost:9000  | 'localhost:9000' is no admin address
                    cluster status --url ftp://host      | 'ftp://host' is no admin address
                    publish                              | Missing required parameters: 'CHANNEL', 'DATA'
                    publish news                         | Missing required parameter: 'DATA'
                    publish news {"a":                   | DATA is not one JSON value
                    publish news hello                   | DATA is not one JSON value
                    publish news 1 2                     | there is no argument '2'
                    publish news 1 --priority urgent     | Invalid value for option '--priority'
                    subscribe                            | Missing required parameter: 'CHANNEL'
                    subscribe news --ws-url http://h     | 'http://h' is no WebSocket address
                    subscribe news --count many          | Invalid value for option '--count': 'many' is not a whole number
                    subscribe news --count -3            | --count takes 0 or more, not -3
                    node drain ..                        | not a node id: '..' (1 to 64 of
                    node drain n1/../n2                  | not a node id: 'n1/../n2'
                    node undrain n1%2f                   | not a node id: 'n1%2f'
                    node drain n1 --rate 9999999         | '9999999' is no pace; write connections a second, such as 500/s, from 1 to 1000000
                    node frob                            | there is no command 'frob'
                    client move a/b n2                   | 'a/b' is no client id
                    client move c1 n/2                   | not a node id: 'n/2'
                    client move c1                       | Missing required parameter: 'NODE'
                    cluster restart                      | Missing required option: '--rolling'
                    cluster rebalance --rate abc         | 'abc' is no pace
                    failover list --limit 5              | there is no option '--limit'
                    haproxy sync --interval soon         | 'soon' is no time
                    haproxy sync --hints many            | 'many' is not a whole number
                    demo kill x                          | 'x' is not a whole number
                    """)
    void wrongUsageExitsWith2AndSaysWhat(String line, String expected) {
        Ran ran = Ran.run(words(line));

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains(expected);
        assertThat(ran.err().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void anEmptyChannelIsNone() {
        assertThat(Ran.run("publish", "", "1"))
                .satisfies(ran -> assertThat(ran.err()).contains("CHANNEL is empty"))
                .satisfies(ran -> assertThat(ran.code()).isEqualTo(2));
        assertThat(Ran.run("subscribe", "").code()).isEqualTo(2);
    }

    @Test
    void anEmptyIdIsNone() {
        for (List<String> words :
                List.of(
                        List.of("node", "drain", ""),
                        List.of("node", "undrain", " "),
                        List.of("client", "move", "c1", ""))) {
            Ran ran = Ran.run(words);
            assertThat(ran.code()).as("%s", words).isEqualTo(2);
            assertThat(ran.err()).contains("not a node id: '");
        }
        assertThat(Ran.run("client", "move", "", "n2").err()).contains("'' is no client id");
        assertThat(Ran.run("haproxy", "sync", "--socket", "").err()).contains("--socket is empty");
    }

    @Test
    void twoValuesAreNotOne() {
        assertThat(Ran.run("publish", "news", "1 2").code()).isEqualTo(2);
        assertThat(Ran.run("publish", "news", "").code()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish news 1", "cluster status", "cluster status -o json"})
    void nobodyThereExitsWith3(String line) {
        List<String> words = new ArrayList<>(words(line));
        words.addAll(List.of("--url", NOBODY));

        Ran ran = Ran.run(words);

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).contains("cannot reach " + NOBODY + ": connection refused");
        assertThat(ran.err().lines()).hasSize(2);
    }

    @Test
    void subscribeWithNobodyThereExitsWith3() {
        Ran ran = Ran.run("subscribe", "news", "--ws-url", "ws://127.0.0.1:1/");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).contains("cannot connect: connection refused");
    }

    @Test
    void aStackTraceOnlyIfAsked() {
        assertThat(Ran.run("publish", "a", "1", "--url", NOBODY).err()).doesNotContain("\tat ");
        assertThat(Ran.run("publish", "a", "1", "--url", NOBODY, "--verbose").err())
                .contains("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cluster", "cluster status", "publish", "subscribe"})
    void everyCommandHasHelpAndVersion(String command) {
        List<String> help = new ArrayList<>(words(command));
        help.add("--help");
        List<String> version = new ArrayList<>(words(command));
        version.add("--version");

        assertThat(Ran.run(help).code()).isZero();
        assertThat(Ran.run(help).out()).startsWith("Usage: hawser");
        assertThat(Ran.run(version).code()).isZero();
        assertThat(Ran.run(version).out()).matches("(?s)hawser \\d+\\.\\d+.*Java 2\\d.*");
    }

    @Test
    void completionIsGenerated() {
        Ran ran = Ran.run("generate-completion");

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("_complete_hawser").contains("subscribe");
    }

    private static List<String> words(String line) {
        return Arrays.stream(line.split(" ", -1)).filter(word -> !word.isEmpty()).toList();
    }
}
