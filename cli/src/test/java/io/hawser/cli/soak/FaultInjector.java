package io.hawser.cli.soak;

import static org.awaitility.Awaitility.await;

import io.hawser.cli.cluster.TestNode;
import io.hawser.cli.soak.FaultPlan.Step;
import io.hawser.cli.soak.FaultPlan.Strike;
import io.hawser.cli.soak.RedisPair.Roles;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.NetworkLab;
import io.hawser.devkit.RedisServer;
import io.hawser.devkit.ServiceFailedException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does what a plan says to Redis and to the nodes, and undoes it. A fault of Redis begins when
 * Redis is whole again after the one before; a fault of a node waits for nothing. For one thread.
 */
final class FaultInjector {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(50);

    private final NetworkLab lab;
    private final SoakRedis redis;
    private final List<TestNode> nodes;
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);

    FaultInjector(NetworkLab lab, SoakRedis redis, List<TestNode> nodes) {
        this.lab = lab;
        this.redis = redis;
        this.nodes = List.copyOf(nodes);
    }

    /** How often each was done. */
    Map<Fault, Integer> done() {
        return new EnumMap<>(done);
    }

    /** One fault after the other until that time is over, then until all is well again. */
    void run(FaultPlan plan, Duration duration) throws InterruptedException {
        long endNanos = System.nanoTime() + duration.toNanos();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            while (System.nanoTime() - endNanos < 0) {
                Step step = plan.next();
                play(step, threads);
                Thread.sleep(step.pauseMs()); // how far apart faults are
            }
        }
        awaitWhole();
    }

    void awaitWhole() {
        await("Redis is whole")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .ignoreExceptions()
                .until(redis::isWhole);
    }

    private void play(Step step, ExecutorService threads) throws InterruptedException {
        if (step.strikes().stream().anyMatch(strike -> strike.fault().isOfRedis())) {
            awaitWhole();
        }
        System.out.println(Instant.now() + " " + step.strikes());
        List<Future<?>> running = new ArrayList<>();
        for (Strike strike : step.strikes()) {
            running.add(
                    threads.submit(
                            () -> {
                                strike(strike);
                                return null;
                            }));
        }
        for (Future<?> each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("could not do " + step, e.getCause());
            }
        }
        System.out.println(Instant.now() + " healed");
    }

    private void strike(Strike strike) throws InterruptedException {
        boolean happened = strike.fault().isOfRedis() ? strikeRedis(strike) : strikeNode(strike);
        if (happened) {
            synchronized (done) {
                done.merge(strike.fault(), 1, Integer::sum);
            }
        }
    }

    private boolean strikeRedis(Strike strike) throws InterruptedException {
        RedisPair pair = redis.pairs().get(strike.victim() % redis.pairs().size());
        Roles roles = pair.roles().orElse(null);
        if (roles == null) {
            return false; // changed since it was whole, by the fault of a node at the same time
        }
        RedisServer master = roles.master();
        switch (strike.fault()) {
            case REDIS_KILL -> {
                master.kill();
                comeBack(roles, strike.forMs());
            }
            case REDIS_RESTART -> {
                master.kill();
                master.restart();
            }
            case REDIS_RESTART_EMPTY -> {
                master.kill();
                redis.startEmpty(master);
            }
            case REDIS_HANG -> {
                master.suspend();
                Thread.sleep(strike.forMs());
                master.resume();
            }
            case REDIS_FAILOVER -> {
                return failOver(roles);
            }
            case REDIS_ISOLATED -> cut(List.of(master.host()), othersOf(master), strike.forMs());
            case REDIS_STALE_PROMOTION -> {
                lab.cut(List.of(master.host()), List.of(roles.replica().host()));
                Thread.sleep(strike.forMs());
                master.kill();
                lab.heal();
                comeBack(roles, 0);
            }
            case BUS_CUT -> askMasters("CLIENT KILL TYPE pubsub");
            case SCRIPTS_FLUSHED -> askMasters("SCRIPT FLUSH");
            case NODE_KILL, NODE_HANG, NODE_WITHOUT_REDIS, NODE_ALONE ->
                    throw new IllegalArgumentException("not of Redis: " + strike);
        }
        return true;
    }

    private static boolean isTakenOver(Roles roles) {
        return RedisPair.isMaster(roles.replica());
    }

    private void comeBack(Roles roles, int afterMs) throws InterruptedException {
        await("a replica takes over")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> isTakenOver(roles));
        Thread.sleep(afterMs);
        roles.master().restart();
        redis.rejoin(roles.master(), roles.replica());
    }

    /** Redis may refuse when it thinks it is too soon after the last one. */
    private boolean failOver(Roles roles) {
        try {
            redis.failOver(roles);
        } catch (ServiceFailedException refused) {
            System.out.println(refused.getMessage());
            return false;
        }
        await("the replica takes over")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> isTakenOver(roles));
        return true;
    }

    private List<NetworkHost> othersOf(RedisServer server) {
        return redis.hosts().stream().filter(host -> host != server.host()).toList();
    }

    private void askMasters(String command) {
        for (RedisPair pair : redis.pairs()) {
            pair.roles().ifPresent(roles -> roles.master().ask(command));
        }
    }

    private void cut(List<NetworkHost> these, List<NetworkHost> those, int forMs)
            throws InterruptedException {
        lab.cut(these, those);
        try {
            Thread.sleep(forMs);
        } finally {
            lab.heal();
        }
    }

    private boolean strikeNode(Strike strike) throws InterruptedException {
        TestNode node = nodes.get(strike.victim() % nodes.size());
        switch (strike.fault()) {
            case NODE_KILL -> {
                node.kill();
                Thread.sleep(strike.forMs());
                node.startAgain();
                node.awaitReady();
            }
            case NODE_HANG -> {
                node.suspend();
                Thread.sleep(strike.forMs());
                node.resume();
            }
            case NODE_WITHOUT_REDIS -> cut(List.of(node.host()), redis.hosts(), strike.forMs());
            case NODE_ALONE -> cut(List.of(node.host()), insideBut(node), strike.forMs());
            case REDIS_KILL,
                    REDIS_RESTART,
                    REDIS_RESTART_EMPTY,
                    REDIS_HANG,
                    REDIS_FAILOVER,
                    REDIS_ISOLATED,
                    REDIS_STALE_PROMOTION,
                    BUS_CUT,
                    SCRIPTS_FLUSHED ->
                    throw new IllegalArgumentException("not of a node: " + strike);
        }
        return true;
    }

    private List<NetworkHost> insideBut(TestNode node) {
        List<NetworkHost> inside = new ArrayList<>(redis.hosts());
        nodes.stream().map(TestNode::host).filter(host -> host != node.host()).forEach(inside::add);
        return inside;
    }
}
