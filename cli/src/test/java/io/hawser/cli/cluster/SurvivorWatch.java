package io.hawser.cli.cluster;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks the survivors of a failure all the time: whether they say that the node is offline, and
 * where users should go who were on it. Times are milliseconds of Unix time, at the end of the
 * answer. Thread-safe.
 */
final class SurvivorWatch implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    /** Asking takes the nodes' own time: on two cores it must not be what is measured. */
    private static final long STATUS_PERIOD_NANOS = 50_000_000;

    private static final long ROUTE_PERIOD_NANOS = 100_000_000;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String lost;
    private final List<Sighting> offline = new ArrayList<>();
    private final List<Sighting> routes = new ArrayList<>();
    private volatile boolean stopped;

    private SurvivorWatch(String lost) {
        this.lost = lost;
    }

    /** Since when something holds; 0 while it does not. */
    private static final class Sighting {
        private final URI address;
        private volatile long sinceMs;
        private volatile String contrary = "";

        Sighting(URI address) {
            this.address = address;
        }

        void is(boolean holds, String answer) {
            if (!holds) {
                sinceMs = 0;
                contrary = answer;
            } else if (sinceMs == 0) {
                sinceMs = System.currentTimeMillis();
            }
        }

        @Override
        public String toString() {
            return address + " " + contrary;
        }
    }

    /**
     * Starts asking.
     *
     * @param lost the node that fails
     * @param users some who were on it
     */
    static SurvivorWatch start(TestNode lost, List<TestNode> survivors, List<String> users) {
        var watch = new SurvivorWatch(lost.id());
        for (TestNode survivor : survivors) {
            URI nodes = survivor.admin("/admin/v1/nodes");
            watch.watch(watch.offline, nodes, STATUS_PERIOD_NANOS, watch::saysOffline);
            for (String user : users) {
                URI route = survivor.http("/route?user=" + user);
                watch.watch(watch.routes, route, ROUTE_PERIOD_NANOS, watch::namesAnother);
            }
        }
        return watch;
    }

    private interface Question {
        boolean holds(JsonNode answer);
    }

    private void watch(List<Sighting> sightings, URI address, long periodNanos, Question question) {
        var sighting = new Sighting(address);
        sightings.add(sighting);
        threads.execute(
                () -> {
                    while (!stopped) {
                        String answer = ask(address);
                        sighting.is(question.holds(JSON.readTree(answer)), answer);
                        LockSupport.parkNanos(periodNanos);
                    }
                });
    }

    private boolean saysOffline(JsonNode answer) {
        for (JsonNode node : answer.path("nodes")) {
            if (node.path("id").asString("").equals(lost)) {
                return node.path("status").asString("").equals("offline");
            }
        }
        return false;
    }

    private boolean namesAnother(JsonNode answer) {
        String node = answer.path("node").asString("");
        return !node.isEmpty() && !node.equals(lost);
    }

    /** A JSON string with what was wrong if there is no answer. */
    private static String ask(URI address) {
        try {
            return LightHttp.get(address, TestCluster.IMPATIENT);
        } catch (IOException e) {
            return JSON.writeValueAsString(e.toString());
        }
    }

    /** Since when all survivors say that it is offline; 0 if they do not. */
    long offlineSinceMs() {
        return all(offline);
    }

    /** Since when every look-up of every user at every survivor names another node; 0: not yet. */
    long routedSinceMs() {
        return all(routes);
    }

    private static long all(List<Sighting> sightings) {
        boolean hold = sightings.stream().allMatch(sighting -> sighting.sinceMs > 0);
        return hold
                ? sightings.stream().mapToLong(sighting -> sighting.sinceMs).max().orElse(0)
                : 0;
    }

    /** The last answer to a look-up that did not name another node. */
    String lastContrary() {
        return routes.stream()
                .max(Comparator.comparingLong(SurvivorWatch::sinceOrNotYet))
                .map(Sighting::toString)
                .orElse("");
    }

    private static long sinceOrNotYet(Sighting sighting) {
        return sighting.sinceMs == 0 ? Long.MAX_VALUE : sighting.sinceMs;
    }

    @Override
    public void close() {
        stopped = true;
        threads.close();
    }
}
