package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.devkit.Haproxy;
import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.Signal;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What README promises: the demo, its page in a browser, and a node that dies while one watches.
 */
class DemoIT {
    private static final Duration UP_LIMIT = Duration.ofMinutes(4);
    private static final Duration STEP_LIMIT = Duration.ofMinutes(3);
    private static final Path PICTURES = Path.of("target/pages");

    /** A user has one demo; another build of the same user has its own. */
    @TempDir private Path runtime;

    @Test
    void theNodeThatServesThePageDiesAndNoTickIsMissing() throws Exception {
        Assumptions.assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        Assumptions.assumeTrue(NpmProject.isInstalled("chromium"), "chromium is not installed");
        NpmProject.install();
        Files.createDirectories(PICTURES);
        try (ManagedProcess demo = hawser("demo", "--clients", "60")) {
            String page = first(demo, Pattern.compile("page\\s+(http://\\S+)"), UP_LIMIT);
            try (ManagedProcess browser = browser(page)) {
                String node = first(browser, Pattern.compile("^live n(\\d+)"), STEP_LIMIT);
                long seen = demo.outputLines();
                assertThat(run("demo", "kill", node)).isEqualTo(0);
                demo.awaitOutput(
                        seen, line -> line.contains("are back on other nodes"), STEP_LIMIT);
                String survivor = first(browser, Pattern.compile("^moved n(\\d+)"), STEP_LIMIT);
                assertThat(survivor).isNotEqualTo(node);
                assertThat(browser.awaitExit(STEP_LIMIT)).isEqualTo(0);
            }
            long seen = demo.outputLines();
            // A status while a client comes back once more says one less.
            String status =
                    demo.awaitOutput(seen, line -> line.contains("60 of 60 clients"), STEP_LIMIT);
            assertThat(status).containsPattern("missing 0\\b");
            demo.signal(Signal.TERM);
            assertThat(demo.awaitExit(STEP_LIMIT)).isEqualTo(0);
        }
    }

    private static String first(ManagedProcess process, Pattern pattern, Duration limit) {
        Matcher matcher = pattern.matcher(process.awaitOutput(pattern, limit));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static ManagedProcess browser(String page) {
        return ManagedProcess.builder(
                        "browser",
                        "node",
                        "page.mjs",
                        chromium().toString(),
                        page,
                        PICTURES.toAbsolutePath().toString())
                .directory(Path.of("target/js"))
                .start();
    }

    private static Path chromium() {
        return NpmProject.find("chromium").orElseThrow();
    }

    private int run(String... arguments) {
        try (ManagedProcess process = hawser(arguments)) {
            return process.awaitExit(STEP_LIMIT);
        }
    }

    private ManagedProcess hawser(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
        command.add("io.hawser.cli.Hawser");
        command.addAll(List.of(arguments));
        return ManagedProcess.builder("hawser " + arguments[0], command)
                .environment("XDG_RUNTIME_DIR", runtime.toString())
                .start();
    }
}
