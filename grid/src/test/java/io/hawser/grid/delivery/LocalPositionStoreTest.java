package io.hawser.grid.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

class LocalPositionStoreTest extends PositionStoreContract {
    private final Lanes lanes = new Lanes(1, 1000);
    private final LocalBroker broker = new LocalBroker(lanes, 1 << 20);
    private final Map<PositionLimits, LocalPositionStore> stores = new HashMap<>();

    @BeforeEach
    void start() {
        broker.start(new Silent());
    }

    @AfterEach
    void stop() {
        broker.close();
        lanes.close();
    }

    @Override
    PositionStore newStore(PositionLimits limits) {
        return stores.computeIfAbsent(
                limits,
                its ->
                        new LocalPositionStore(
                                its,
                                broker::trim,
                                System::currentTimeMillis,
                                Thread::startVirtualThread));
    }

    @Override
    Broker broker() {
        return broker;
    }

    @Test
    void usersAreBounded() {
        var store =
                new LocalPositionStore(
                        new PositionLimits(Duration.ofDays(1), 1),
                        (channel, upTo) -> {},
                        () -> 1,
                        Runnable::run);
        for (int i = 0; i < LocalPositionStore.MAX_USERS + 10; i++) {
            get(store.begin(new Recipient("u" + i, ""), "c", at(i, "a")));
            get(store.position(new Recipient("u0", ""), "c"));
        }
        assertThat(store.userCount()).isEqualTo(LocalPositionStore.MAX_USERS);
        assertThat(get(store.position(new Recipient("u0", ""), "c"))).isEqualTo(at(0, "a"));
        assertThat(get(store.position(new Recipient("u1", ""), "c"))).isNull();
    }
}
