package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.filter.BadFilterException;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.FilterNode;
import io.hawser.server.session.Selection;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Filters that subscribers of several I/O threads have. */
class SharedFilterTest {
    private static final ChannelOptions OPTIONS =
            ConfigLoader.load(Optional.empty(), Map.of(), List.of()).channel();

    /** Tags that count how often a filter looks at them. */
    private static final class CountedTags extends HashMap<String, String> {
        private static final long serialVersionUID = 1;
        private final transient AtomicInteger looks = new AtomicInteger();

        CountedTags(String value) {
            put("k", value);
        }

        @Override
        public @Nullable String get(Object key) {
            looks.incrementAndGet();
            return super.get(key);
        }
    }

    private final SharedFilters filters = new SharedFilters();

    private static TagFilter filter(String value) throws BadFilterException {
        return TagFilter.compile(new FilterNode("", "k", "eq", value, List.of(), List.of()));
    }

    private static Delivery delivery(Map<String, String> tags) {
        var publication = new Publication(1, Payload.of("1"), null, tags, 0);
        return Delivery.publication("c", publication, null);
    }

    @Test
    void equalFiltersAreOneUntilTheLastHasGone() throws BadFilterException {
        SharedFilter first = filters.join(filter("a"));
        assertThat(first.isShared()).isFalse();
        SharedFilter second = filters.join(filter("a"));
        assertThat(second).isSameAs(first);
        assertThat(first.isShared()).isTrue();
        SharedFilter other = filters.join(filter("b"));
        assertThat(other.number).isNotEqualTo(first.number);
        filters.leave(first);
        filters.leave(other);
        assertThat(filters.size()).isEqualTo(1);
        filters.leave(second);
        assertThat(filters.size()).isZero();
        assertThat(filters.join(filter("a")).number).isNotIn(first.number, other.number);
    }

    /** Its number is another one, whatever verdicts deliveries still hold. */
    @Test
    void aFilterThatTakesAnothersPlaceIsAskedItself() throws BadFilterException {
        for (int i = 0; i < 200; i++) {
            Delivery delivery = delivery(Map.of("k", "a"));
            SharedFilter a = filters.join(filter("a"));
            filters.join(filter("a"));
            assertThat(delivery.passes(a)).isTrue();
            filters.leave(a);
            filters.leave(a);
            SharedFilter b = filters.join(filter("b"));
            filters.join(filter("b"));
            assertThat(delivery.passes(b)).isFalse();
            filters.leave(b);
            filters.leave(b);
        }
    }

    @Test
    void manyFiltersKeepTheirVerdicts() throws BadFilterException {
        List<String> values = IntStream.range(0, 200).mapToObj(i -> "v" + i).toList();
        for (String value : values) {
            filters.join(filter(value));
        }
        Delivery delivery = delivery(Map.of("k", "v70"));
        for (int round = 0; round < 3; round++) {
            for (String value : values) {
                SharedFilter shared = filters.join(filter(value));
                assertThat(delivery.passes(shared)).as(value).isEqualTo(value.equals("v70"));
            }
        }
    }

    @Test
    void aPublicationIsJudgedOnceForTheSubscribersOfAllThreads() throws Exception {
        try (TestLoop one = TestLoop.start(1 << 20, filters);
                TestLoop two = TestLoop.start(1 << 20, filters)) {
            List<TestMember> members =
                    List.of(subscribed(one), subscribed(one), subscribed(two), subscribed(two));
            one.runStep();
            two.runStep();
            var passing = new CountedTags("a");
            var failing = new CountedTags("b");
            for (CountedTags tags : List.of(passing, failing)) {
                Delivery delivery = delivery(tags);
                one.deliver("c", delivery);
                two.deliver("c", delivery);
                one.runStep();
                two.runStep();
            }
            for (TestMember member : members) {
                assertThat(member.read().get("c")).hasSize(1);
            }
            assertThat(passing.looks).hasValue(1);
            assertThat(failing.looks).hasValue(1);
        }
    }

    private static TestMember subscribed(TestLoop io) throws BadFilterException {
        var member = new TestMember("member", Encoding.JSON, 1 << 20, io.loop());
        var selection = new Selection(false, false, filter("a"));
        io.execute(() -> member.connection.attach("c", OPTIONS, selection));
        return member;
    }
}
