package io.hawser.server.admin;

import io.hawser.grid.delivery.Standing;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.UserQueue;
import io.hawser.server.api.Windowed;
import io.hawser.server.http.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * How far a user is behind in each channel that it acknowledges, and in its queue. Thread-safe;
 * nothing blocks. Stages fail with {@link io.hawser.grid.pubsub.BrokerException}.
 */
public final class UserLag {
    /** Channels that are looked at at once. */
    private static final int WINDOW = 256;

    private final Function<String, CompletionStage<List<Standing>>> standings;
    private final Broker broker;
    private final Function<String, @Nullable HistoryOptions> histories;

    /**
     * @param standings all positions of a user
     * @param broker has the channels
     * @param histories of a channel; null if there is none
     */
    public UserLag(
            Function<String, CompletionStage<List<Standing>>> standings,
            Broker broker,
            Function<String, @Nullable HistoryOptions> histories) {
        this.standings = standings;
        this.broker = broker;
        this.histories = histories;
    }

    /** What becomes of a position at the next subscribe. */
    public enum State {
        /** Everything since is there. */
        OK,
        /** Something since is gone: the channel no longer keeps it. */
        TRIMMED,
        /** The channel has begun anew. */
        NEW_EPOCH,
        /** The channel's namespace is gone, or has no history any more. */
        UNKNOWN_CHANNEL
    }

    /**
     * A position and how far it is behind.
     *
     * @param device empty for the one that all devices without a name share
     * @param offset acknowledged up to here; 0 for nothing yet
     * @param usedAtMs when it was last used, milliseconds since 1970; 0 for never
     * @param newest offset of the channel's newest publication; null if that is not known
     * @param lag publications since; null if they cannot be counted
     */
    public record View(
            String channel,
            String device,
            long offset,
            String epoch,
            long usedAtMs,
            @Nullable Long newest,
            @Nullable Long lag,
            String state) {}

    /** Of one user, those furthest behind first. */
    CompletionStage<List<View>> of(String user) {
        return standings.apply(user).thenCompose(found -> views(user, found));
    }

    private CompletionStage<List<View>> views(String user, List<Standing> found) {
        List<Standing> all = new ArrayList<>(found);
        String queue = UserQueue.channel(user);
        boolean untouched = found.stream().noneMatch(each -> each.channel().equals(queue));
        if (untouched && histories.apply(queue) != null) {
            all.add(new Standing("", queue, StreamPosition.NONE, 0));
        }
        return Windowed.map(all, WINDOW, this::view)
                .thenApply(views -> views.stream().sorted(FURTHEST_FIRST).toList());
    }

    private static final Comparator<View> FURTHEST_FIRST =
            Comparator.comparingLong((View view) -> view.lag() == null ? -1L : view.lag())
                    .reversed()
                    .thenComparing(View::channel)
                    .thenComparing(View::device);

    private CompletionStage<View> view(Standing standing) {
        HistoryOptions options = histories.apply(standing.channel());
        if (options == null) {
            return CompletableFuture.completedFuture(
                    view(standing, null, null, State.UNKNOWN_CHANNEL));
        }
        var next = new HistoryQuery(standing.position(), 1, false);
        return broker.history(standing.channel(), next, options)
                .thenApply(history -> view(standing, history));
    }

    private static View view(Standing standing, History history) {
        StreamPosition at = standing.position();
        StreamPosition top = history.top();
        if (!at.epoch().isEmpty() && !at.epoch().equals(top.epoch())) {
            return view(standing, top.offset(), null, State.NEW_EPOCH);
        }
        long lag = Math.max(0, top.offset() - at.offset());
        List<Publication> first = history.publications();
        boolean whole =
                lag == 0 || (!first.isEmpty() && first.getFirst().offset() == at.offset() + 1);
        return view(standing, top.offset(), lag, whole ? State.OK : State.TRIMMED);
    }

    private static View view(
            Standing standing, @Nullable Long newest, @Nullable Long lag, State state) {
        return new View(
                standing.channel(),
                standing.device(),
                standing.position().offset(),
                standing.position().epoch(),
                standing.usedAtMs(),
                newest,
                lag,
                Json.lowerCase(state));
    }
}
