package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hawser.cli.demo.DemoException.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class ControlTest {
    @TempDir Path directory = Path.of("");

    @Test
    void aCommandIsAnswered() {
        try (var _ = Control.open(directory, command -> Control.Answer.ok("did\n" + command))) {
            assertThat(Control.send(directory, "kill 2")).isEqualTo("did\nkill 2");
            assertThat(Control.send(directory, "start 2")).isEqualTo("did\nstart 2");
        }
    }

    @Test
    void troubleComesBackAsTrouble() {
        var trouble = new DemoException(Kind.USAGE, "there is no node 7", "ask for another");
        try (var _ = Control.open(directory, _ -> Control.Answer.trouble(trouble))) {
            assertThatExceptionOfType(DemoException.class)
                    .isThrownBy(() -> Control.send(directory, "kill 7"))
                    .withMessage("there is no node 7")
                    .matches(e -> e.kind() == Kind.USAGE)
                    .matches(e -> e.advice().equals("ask for another"));
        }
    }

    @Test
    void withoutADemoItSaysSo() {
        assertThatExceptionOfType(DemoException.class)
                .isThrownBy(() -> Control.send(directory, "kill 2"))
                .matches(e -> e.kind() == Kind.NOT_RUNNING);
    }

    @Test
    void onlyOneAtATimeButALeftSocketIsNoHindrance() throws IOException {
        try (var _ = Control.open(directory, Control.Answer::ok)) {
            assertThatExceptionOfType(DemoException.class)
                    .isThrownBy(() -> Control.open(directory, Control.Answer::ok))
                    .withMessage("a demo is running already");
        }
        Files.createFile(directory.resolve("demo.sock"));
        try (var _ = Control.open(directory, Control.Answer::ok)) {
            assertThat(Control.send(directory, "x")).isEqualTo("x");
        }
        assertThat(directory).isEmptyDirectory();
    }
}
