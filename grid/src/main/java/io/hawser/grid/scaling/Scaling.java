package io.hawser.grid.scaling;

import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.time.SteadyClock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Steps the {@link AutoScaler} once a second on the coordinator, puts its decisions on record in
 * the grid, and tells of those that got there. On record comes first: if the coordinator dies
 * between the two, a decision is not carried out, but none is carried out twice.
 *
 * <p>Thread-safe. Everything happens on a thread of its own; {@link #status} never blocks.
 */
public final class Scaling implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Scaling.class);
    private static final long PERIOD_MS = 1_000;

    private final Sources sources;
    private final DecisionLog decisions;
    private final Supplier<AutoScaler> scalers;
    private final ScalingListener listener;
    private final SteadyClock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("scaling").factory());
    private volatile ScalingStatus status = ScalingStatus.NONE;

    /** Null while this node is not the coordinator: what it saw last time is no more true. */
    private @Nullable AutoScaler scaler;

    private boolean failing;

    /**
     * What scaling goes by. None of them may block.
     *
     * @param node id of this node
     * @param coordinator whether this node decides for all, at the moment
     * @param cluster the cluster's figures
     */
    public record Sources(
            String node, BooleanSupplier coordinator, Supplier<ClusterSnapshot> cluster) {}

    /**
     * @param scalers makes one each time this node becomes the coordinator
     * @param day is asked for the time of day at the beginning; what passes from then on goes by
     *     the monotonic clock, or a clock that is set would end cooldowns and make what has just
     *     begun last for long
     */
    public Scaling(
            HazelcastInstance hazelcast,
            Sources sources,
            Supplier<AutoScaler> scalers,
            ScalingListener listener,
            InstantSource day) {
        this.decisions = new DecisionLog(hazelcast);
        this.sources = sources;
        this.scalers = scalers;
        this.listener = listener;
        this.clock = new SteadyClock(day, System::nanoTime);
    }

    /** Settings of the shared map; the grid's members must be started with them. */
    public static MapConfig mapConfig() {
        return DecisionLog.config();
    }

    /** Begins. */
    public void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::stepSafely, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /** As of the last step. */
    public ScalingStatus status() {
        return status;
    }

    /** A periodic task that throws is never run again, so nothing gets past here. */
    private void stepSafely() {
        try {
            step();
            failing = false;
        } catch (HazelcastException e) {
            if (!failing) {
                log.warn("the grid does not answer: nothing is decided about scaling", e);
            }
            failing = true;
        } catch (RuntimeException e) {
            log.error("a step of scaling failed", e);
        }
    }

    private void step() {
        List<ScalingDecision> made = decisions.read();
        if (!sources.coordinator().getAsBoolean()) {
            scaler = null;
            status = new ScalingStatus(false, ScalingFigures.NONE, "", made);
            return;
        }
        AutoScaler current = scaler == null ? scalers.get() : scaler;
        scaler = current;
        Optional<ScalingDecision> decision =
                current.step(
                        clock.millis(),
                        sources.cluster().get(),
                        sources.node(),
                        made.isEmpty() ? null : made.getFirst());
        status = new ScalingStatus(true, current.figures(), current.held(), made);
        decision.ifPresent(this::carryOut);
    }

    private void carryOut(ScalingDecision decision) {
        if (decisions.append(decision)) {
            listener.decided(decision);
        } else {
            log.info("another coordinator was first with decision {}", decision.number());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
