package io.hawser.grid.scaling;

import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The cluster's last decisions in a map of the grid, so that the next coordinator keeps to them.
 * Thread-safe; both methods block for half a second at most.
 */
final class DecisionLog {
    private static final String MAP = "scaling";
    private static final String KEY = "decisions";
    private static final long TIMEOUT_MS = 500;

    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final IMap<String, StoredDecisions> map;

    DecisionLog(HazelcastInstance hazelcast) {
        this.map = hazelcast.getMap(MAP);
    }

    static MapConfig config() {
        MapConfig config = new MapConfig(MAP).setBackupCount(2).setReadBackupData(true);
        config.setStatisticsEnabled(false).setPerEntryStatsEnabled(false);
        config.getMergePolicyConfig().setPolicy(LaterDecisions.class.getName());
        return config;
    }

    /**
     * The last decisions, newest first.
     *
     * @throws HazelcastException if the grid does not answer
     */
    List<ScalingDecision> read() {
        StoredDecisions stored = await(map.getAsync(KEY));
        return stored == null
                ? List.of()
                : Arrays.stream(stored.json()).map(DecisionLog::parse).toList();
    }

    /**
     * Puts a decision on record if nobody else has made one meanwhile.
     *
     * @return false if somebody has: then it must not be carried out
     * @throws HazelcastException if the grid does not answer: then neither, though it may be on
     *     record
     */
    boolean append(ScalingDecision decision) {
        var entry = new AppendDecision(decision.number(), JSON.writeValueAsString(decision));
        return Boolean.TRUE.equals(await(map.submitToKey(KEY, entry)));
    }

    private static ScalingDecision parse(String json) {
        try {
            return JSON.readValue(json, ScalingDecision.class);
        } catch (JacksonException e) {
            throw new HazelcastException("a decision on record cannot be read", e);
        }
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HazelcastException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new HazelcastException("no answer from the grid", e);
        }
    }
}
