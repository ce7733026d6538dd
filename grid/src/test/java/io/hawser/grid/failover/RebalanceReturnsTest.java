package io.hawser.grid.failover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RebalanceReturnsTest {
    private final RebalanceReturns returns = new RebalanceReturns();

    @Test
    void eachThatLeftIsCountedBackOnce() {
        returns.left("ann", "10.0.0.1", 0);
        returns.left("ann", "10.0.0.2", 0);
        returns.left("", "10.0.0.3", 0);

        returns.came("bob", "10.0.0.1", 10);
        assertThat(returns.returned()).isZero();
        returns.came("ann", "10.9.9.9", 10);
        returns.came("ann", "10.9.9.9", 11);
        returns.came("ann", "10.9.9.9", 12);
        assertThat(returns.returned()).isEqualTo(2);
        returns.came("", "10.0.0.3", 13);
        returns.came("", "10.0.0.3", 14);
        assertThat(returns.returned()).isEqualTo(3);
    }

    @Test
    void aUserIsNoAddress() {
        returns.left("", "ann", 0);
        returns.came("ann", "", 1);

        assertThat(returns.returned()).isZero();
    }

    @Test
    void whoComesLaterComesForReasonsOfHisOwn() {
        returns.left("ann", "", 1_000);
        returns.came("ann", "", 1_001 + RebalanceReturns.WATCHED_MS);

        assertThat(returns.returned()).isZero();
    }

    @Test
    void aNewMoveBeginsAnew() {
        returns.left("ann", "", 0);
        returns.left("bob", "", 0);
        returns.came("ann", "", 1);
        returns.clear();
        returns.came("bob", "", 2);

        assertThat(returns.returned()).isZero();
    }
}
