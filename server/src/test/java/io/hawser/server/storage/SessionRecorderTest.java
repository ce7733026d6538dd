package io.hawser.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class SessionRecorderTest {
    /** Port 1 of this machine: nobody listens, the answer comes at once. */
    private static final DatabaseSettings NOWHERE =
            new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/none", "nobody", "secret", 1);

    @Test
    void withoutADatabaseNothingIsKeptOrCounted() {
        try (Database off = Database.off();
                SessionRecorder recorder =
                        SessionRecorder.start(off, "node-1", 1, RecorderLimits.DEFAULT)) {
            recorder.connected(Sessions.opened("a"));

            assertThat(off.status()).isEqualTo(DatabaseStatus.OFF);
            assertThat(recorder.queued()).isZero();
            assertThat(recorder.dropped()).isZero();
        }
    }

    @Test
    void recordsAreDroppedAndCountedWhileTheDatabaseIsAway() {
        SessionRecorder recorder;
        try (Database away = Database.open(NOWHERE)) {
            recorder = SessionRecorder.start(away, "node-1", 1, RecorderLimits.DEFAULT);
            for (int i = 0; i < 1000; i++) {
                recorder.connected(Sessions.opened("a" + i));
                recorder.disconnected(Sessions.closed("a" + i));
            }
            recorder.close();
        }

        assertThat(recorder.written()).isZero();
        assertThat(recorder.dropped()).isEqualTo(2000);
    }

    @Test
    void aFullQueueDropsWhatComesNext() {
        RecorderLimits patient =
                new RecorderLimits(10, 500, Duration.ofHours(1), Duration.ofSeconds(5));
        try (Database away = Database.open(NOWHERE);
                SessionRecorder recorder = SessionRecorder.start(away, "node-1", 1, patient)) {
            for (int i = 0; i < 15; i++) {
                recorder.connected(Sessions.opened("a" + i));
            }

            assertThat(recorder.queued()).isEqualTo(10);
            assertThat(recorder.dropped()).isEqualTo(5);
        }
    }

    @Test
    void whatIsOfferedAroundAndAfterTheCloseIsCountedToo() throws InterruptedException {
        int threads = 4;
        int each = 5_000;
        try (Database away = Database.open(NOWHERE)) {
            SessionRecorder recorder =
                    SessionRecorder.start(away, "node-1", 1, RecorderLimits.DEFAULT);
            List<Thread> offering = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                offering.add(Thread.ofPlatform().start(() -> offer(recorder, each)));
            }
            recorder.close();
            for (Thread thread : offering) {
                thread.join();
            }

            assertThat(recorder.written() + recorder.dropped()).isEqualTo((long) threads * each);
            assertThat(recorder.queued()).isZero();
        }
    }

    private static void offer(SessionRecorder recorder, int count) {
        for (int i = 0; i < count; i++) {
            recorder.connected(Sessions.opened("a" + i));
        }
    }
}
