package io.hawser.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Requests of some addresses, by a clock of the test. */
class SourceLimitTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 3 * SECOND); // wraps soon
    private final InetAddress source = address("192.0.2.1");

    private SourceLimit limit(int rate, int burst) {
        return new SourceLimit(rate, burst, clock::get);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int admitted(SourceLimit limit, InetAddress from, int requests) {
        int admitted = 0;
        for (int i = 0; i < requests; i++) {
            admitted += limit.retryAfterSeconds(from) == 0 ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void aBurstThenTheRate() {
        SourceLimit limit = limit(10, 50);
        assertThat(admitted(limit, source, 1_000)).isEqualTo(50);
        for (int second = 0; second < 10; second++) {
            clock.addAndGet(SECOND);
            assertThat(admitted(limit, source, 1_000)).isEqualTo(10);
        }
        clock.addAndGet(100 * SECOND);
        assertThat(admitted(limit, source, 1_000)).isEqualTo(50);
    }

    @Test
    void saysWhenToComeAgain() {
        SourceLimit fast = limit(1_000, 1);
        assertThat(fast.retryAfterSeconds(source)).isZero();
        assertThat(fast.retryAfterSeconds(source)).isEqualTo(1);
        SourceLimit slow = limit(1, 3);
        assertThat(admitted(slow, source, 3)).isEqualTo(3);
        assertThat(slow.retryAfterSeconds(source)).isEqualTo(1);
        clock.addAndGet(SECOND);
        assertThat(slow.retryAfterSeconds(source)).isZero();
    }

    @Test
    void othersAreNotSlowed() {
        SourceLimit limit = limit(1, 5);
        admitted(limit, source, 100);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            InetAddress other = address("10.1." + i / 250 + "." + (1 + i % 250));
            refused += limit.retryAfterSeconds(other) == 0 ? 0 : 1;
        }
        assertThat(refused).as("of 5,000 in 65,536 slots").isLessThan(5);
    }

    @Test
    void anIpv6NetworkIsOneSource() {
        SourceLimit limit = limit(1, 2);
        assertThat(admitted(limit, address("2001:db8::1"), 1)).isEqualTo(1);
        assertThat(admitted(limit, address("2001:db8::2"), 1)).isEqualTo(1);
        assertThat(admitted(limit, address("2001:db8::ffff:3"), 1)).isZero();
        int others = 0;
        for (int i = 1; i <= 5; i++) {
            others += admitted(limit, address("2001:db8:0:" + i + "::1"), 1);
        }
        assertThat(others).as("one may share the slot by chance").isGreaterThanOrEqualTo(4);
    }

    @Test
    void zeroIsNoLimit() {
        assertThat(admitted(limit(0, 1), source, 100_000)).isEqualTo(100_000);
    }
}
