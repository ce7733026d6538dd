package io.hawser.grid.delivery;

import static io.hawser.grid.delivery.PositionStoreContract.HISTORY;
import static io.hawser.grid.delivery.PositionStoreContract.at;
import static io.hawser.grid.delivery.PositionStoreContract.get;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.UserQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where subscriptions go on, over the local broker. */
class AcknowledgedDeliveryTest {
    private static final PositionLimits LIMITS = new PositionLimits(Duration.ofDays(1), 10);
    private static final Recipient ANN = new Recipient("ann", "");
    private static final Recipient PHONE = new Recipient("ann", "phone");

    private final Lanes lanes = new Lanes(1, 1000);
    private final LocalBroker broker = new LocalBroker(lanes, 1 << 20);
    private final AcknowledgedDelivery delivery =
            new AcknowledgedDelivery(
                    new LocalPositionStore(
                            LIMITS, broker::trim, () -> 1, Thread::startVirtualThread),
                    broker,
                    LIMITS);

    @BeforeEach
    void start() {
        broker.start(new Silent());
    }

    @AfterEach
    void stop() {
        delivery.close();
        broker.close();
        lanes.close();
    }

    private String publish(String channel, int times) {
        String epoch = "";
        for (int i = 0; i < times; i++) {
            var publication = new Publication(0, Payload.of("1"), null, Map.of(), 1);
            epoch =
                    get(broker.publish(
                                    channel,
                                    publication,
                                    PublishOptions.of(HISTORY, Priority.NORMAL)))
                            .position()
                            .epoch();
        }
        return epoch;
    }

    private ResumePoint resume(Recipient who, String channel) {
        return get(delivery.resume(who, channel, HISTORY, null));
    }

    @Test
    void aNewUserBeginsAtTheNewestAndStaysThere() {
        String epoch = publish("c", 3);
        assertThat(resume(ANN, "c")).isEqualTo(new ResumePoint(at(3, epoch), false));
        publish("c", 2);
        assertThat(resume(ANN, "c")).isEqualTo(new ResumePoint(at(3, epoch), true));
        assertThat(resume(PHONE, "c")).isEqualTo(new ResumePoint(at(5, epoch), false));
        get(delivery.acknowledge(ANN, "c", at(4, epoch)));
        assertThat(resume(ANN, "c")).isEqualTo(new ResumePoint(at(4, epoch), true));
        assertThat(resume(PHONE, "c")).isEqualTo(new ResumePoint(at(5, epoch), true));
    }

    @Test
    void whatTheClientSaysCounts() {
        String epoch = publish("c", 5);
        assertThat(get(delivery.resume(ANN, "c", HISTORY, at(2, epoch))).since())
                .isEqualTo(at(2, epoch));
        assertThat(resume(ANN, "c").since()).isEqualTo(at(2, epoch));
        get(delivery.acknowledge(ANN, "c", at(4, epoch)));
        assertThat(get(delivery.resume(ANN, "c", HISTORY, at(3, epoch))).since())
                .isEqualTo(at(3, epoch));
        assertThat(get(delivery.resume(ANN, "c", HISTORY, at(5, epoch))).since())
                .isEqualTo(at(4, epoch));
        assertThat(get(delivery.resume(ANN, "c", HISTORY, at(3, "gone"))).since())
                .isEqualTo(at(3, "gone"));
    }

    @Test
    void aQueueBeginsAtItsOldestForTheUserAsAWhole() {
        String queue = UserQueue.channel("ann");
        String epoch = publish(queue, 3);
        assertThat(get(delivery.resume(PHONE, queue, HISTORY, at(3, epoch))))
                .isEqualTo(new ResumePoint(at(0, epoch), true));
        get(delivery.acknowledge(PHONE, queue, at(2, epoch)));
        assertThat(resume(ANN, queue)).isEqualTo(new ResumePoint(at(2, epoch), true));
        assertThat(get(delivery.resume(ANN, queue, HISTORY, at(1, "gone"))).since().epoch())
                .isEqualTo("gone");
        assertThat(get(delivery.standings("ann"))).extracting(Standing::device).containsExactly("");
        StreamPosition top =
                get(broker.history(queue, new HistoryQuery(null, 10, false), HISTORY)).top();
        assertThat(top).isEqualTo(at(3, epoch));
    }

    @Test
    void lagsAndLossesAreCounted() {
        delivery.resumed(new ResumePoint(at(3, "a"), true), at(3, "a"), true);
        delivery.resumed(new ResumePoint(at(3, "a"), true), at(60, "a"), true);
        delivery.resumed(new ResumePoint(at(3, "a"), true), at(900_000, "a"), false);
        delivery.resumed(new ResumePoint(at(3, "a"), true), at(9, "b"), false);
        delivery.resumed(new ResumePoint(at(3, "a"), false), at(9, "a"), true);
        DeliveryCounts counts = delivery.counts();
        assertThat(counts.resumed()).isEqualTo(4);
        assertThat(counts.lost()).isEqualTo(2);
        assertThat(counts.lagBounds())
                .isEqualTo(List.of(0L, 1L, 10L, 100L, 1000L, 10000L, 100000L));
        assertThat(counts.lags()).isEqualTo(List.of(1L, 0L, 0L, 1L, 0L, 0L, 0L, 1L));
        assertThat(counts.lagSum()).isEqualTo(57 + 899_997);
    }
}
