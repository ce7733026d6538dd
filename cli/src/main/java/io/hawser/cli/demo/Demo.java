package io.hawser.cli.demo;

import io.hawser.cli.demo.DemoException.Kind;
import io.hawser.devkit.Haproxy;
import io.hawser.devkit.ServiceFailedException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A whole cluster on this machine, until it is told to stop: Redis, PostgreSQL, nodes, proxy, feed,
 * clients. Commands of other terminals make nodes fail. Run it on one thread.
 */
public final class Demo {
    private static final long LOOK_EVERY_MS = 100;
    private static final long STATUS_EVERY_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int LOG_LINES = 15;
    private static final int SPARE_CONNECTIONS = 1_000;

    private final DemoSettings settings;
    private final Path runDirectory;
    private final CountDownLatch stop;
    private final Console console;
    private final CloseStack started;
    private final FailoverWatch failover = new FailoverWatch();

    /** All that commands work on; null until the cluster serves. */
    private volatile @Nullable Cast cast;

    /** The parts that a running demo consists of. */
    private record Cast(DemoNodes nodes, Crowd crowd, TickerFeed feed, DemoState state) {}

    /**
     * @param runDirectory see {@link RunDirectory}
     * @param stop opened when the demo has to end
     */
    public Demo(DemoSettings settings, Path runDirectory, PrintWriter out, CountDownLatch stop) {
        this.settings = settings;
        this.runDirectory = runDirectory;
        this.stop = stop;
        this.console = new Console(out);
        this.started = new CloseStack(console::event);
    }

    /**
     * Sends a command ({@code kill 2}) to the demo that runs, and returns what it has done.
     *
     * @throws DemoException if none runs, or it could not
     */
    public static String command(Path runDirectory, String command) {
        return Control.send(runDirectory, command);
    }

    /**
     * Starts everything, runs until told to stop, stops everything.
     *
     * @throws DemoException if it cannot start
     */
    public void run() throws InterruptedException {
        try (started) {
            start();
            Cast running = cast;
            if (running != null) {
                watch(running);
            }
            console.event("stopping");
        } catch (ServiceFailedException e) {
            throw new DemoException(Kind.FAILED, String.valueOf(e.getMessage()), "", e);
        }
        console.event("stopped; nothing is left running");
    }

    private void start() throws InterruptedException {
        RunDirectory.secured(runDirectory);
        started.add(Control.open(runDirectory, this::handle));
        Path directory = started.add(new DemoDirectory()).path();
        console.print("Starting Redis and PostgreSQL, logs in " + directory);
        DemoServices services = started.add(DemoServices.start(console::event));
        PortPlan ports = PortPlan.choose(settings.nodes(), console::event);
        var readiness = started.add(new Readiness(stop));
        var nodes = started.add(new DemoNodes(ports, launch(directory, services), readiness));
        console.event("starting " + settings.nodes() + " nodes");
        nodes.start();
        if (!nodes.awaitCalm() && stop.getCount() > 0) {
            console.event("this machine is busy: nodes stall, and HAProxy may take one for hung");
        }
        if (stop.getCount() > 0) {
            open(nodes, ports, directory);
        }
    }

    /** Lets clients in. */
    private void open(DemoNodes nodes, PortPlan ports, Path directory) {
        boolean proxied = Haproxy.isInstalled();
        if (proxied) {
            started.add(proxy(ports, directory));
        }
        List<URI> addresses =
                proxied
                        ? List.of(address(ports.front()))
                        : nodes.all().stream().map(DemoNode::clientUrl).toList();
        var crowd =
                started.add(
                        new Crowd(
                                settings.clients(),
                                addresses,
                                DemoSettings.channels(),
                                settings.tokens()));
        var feed = started.add(new TickerFeed(nodes.all(), settings.secrets().apiKey()));
        DemoState state = state(nodes, addresses.getFirst(), directory);
        cast = new Cast(nodes, crowd, feed, state);
        started.add(() -> DemoState.remove(runDirectory));
        remember();
        Banner.print(console, state, settings, proxied);
        crowd.start();
        feed.start();
    }

    private static URI address(int port) {
        return URI.create("ws://127.0.0.1:" + port + "/connection/websocket");
    }

    private Haproxy proxy(PortPlan ports, Path directory) {
        Path file = directory.resolve("haproxy.cfg");
        String config =
                ProxyConfig.render(
                        ports.front(), ports.nodes(), settings.clients() * 2 + SPARE_CONNECTIONS);
        try {
            Files.writeString(file, config);
        } catch (IOException e) {
            throw new DemoException(Kind.FAILED, "cannot write " + file + ": " + e, "", e);
        }
        return Haproxy.start(file, directory.resolve("haproxy.log"));
    }

    private NodeLaunch launch(Path directory, DemoServices services) {
        Map<String, String> shared = new LinkedHashMap<>(services.settings());
        shared.put("grid.cluster_name", "demo");
        shared.put("demo.page", "true");
        shared.put("demo.channels", DemoSettings.channels().toString());
        shared.put("client.recovery_max_publications", "5000");
        shared.put(
                "namespaces",
                "[{name: ticks, options: {history_size: 1000, history_ttl: 300s,"
                        + " force_recovery: true, presence: true, allow_subscribe_for_client: true,"
                        + " allow_presence_for_subscriber: true}}]");
        Map<String, String> secrets =
                Map.of(
                        "HAWSER_TOKEN_HMAC_SECRET", settings.secrets().token(),
                        "HAWSER_API_KEY", settings.secrets().apiKey(),
                        "HAWSER_GRID_SECRET", settings.secrets().grid(),
                        "HAWSER_DATABASE_PASSWORD", services.databasePassword());
        return new NodeLaunch(directory, shared, secrets);
    }

    private DemoState state(DemoNodes nodes, URI client, Path directory) {
        return new DemoState(
                ProcessHandle.current().pid(),
                "http://" + client.getAuthority() + "/",
                client.toString(),
                settings.tokens().apply("you"),
                settings.secrets().apiKey(),
                directory.toString(),
                nodes.all().stream()
                        .map(
                                node ->
                                        new DemoState.Node(
                                                node.id(),
                                                node.pid(),
                                                node.url().toString(),
                                                node.adminUrl().toString()))
                        .toList());
    }

    private void watch(Cast running) throws InterruptedException {
        var status = new StatusLine();
        long nextStatusNs = System.nanoTime() + STATUS_EVERY_NS;
        while (!stop.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
            running.nodes().all().forEach(node -> look(node, running));
            CrowdCounts counts = running.crowd().counts();
            long nowNs = System.nanoTime();
            failover.news(counts, nowNs).forEach(console::event);
            if (nowNs >= nextStatusNs) {
                nextStatusNs += STATUS_EVERY_NS;
                console.event(
                        status.next(
                                running.nodes().all(), counts, settings.clients(), running.feed()));
            }
        }
    }

    private void look(DemoNode node, Cast running) {
        if (node.diedByItself()) {
            failover.lost(node.id(), running.crowd().counts(), System.nanoTime());
            console.event("node " + node.id() + " died by itself: " + node.lastWords(LOG_LINES));
            remember();
        }
    }

    private void remember() {
        Cast running = cast;
        if (running != null) {
            DemoState last = running.state();
            state(running.nodes(), URI.create(last.client()), Path.of(last.directory()))
                    .write(runDirectory);
        }
    }

    private Control.Answer handle(String command) {
        try {
            return Control.Answer.ok(obey(command));
        } catch (DemoException e) {
            return Control.Answer.trouble(e);
        } catch (ServiceFailedException e) {
            return Control.Answer.trouble(
                    new DemoException(Kind.FAILED, String.valueOf(e.getMessage()), "", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Control.Answer.trouble(
                    new DemoException(Kind.FAILED, "the demo is stopping", ""));
        }
    }

    private String obey(String command) throws InterruptedException {
        Cast running = cast;
        if (running == null) {
            throw new DemoException(Kind.FAILED, "the demo is still starting", "");
        }
        String[] words = command.split(" ", 2);
        DemoNode node = running.nodes().numbered(words.length == 2 ? words[1] : "");
        String done =
                switch (words[0]) {
                    case "kill" -> lose(node, running, node::kill);
                    case "stop" -> lose(node, running, node::freeze);
                    case "start" -> running.nodes().bringBack(node);
                    default ->
                            throw new DemoException(Kind.USAGE, "no such command: " + command, "");
                };
        console.event(done);
        remember();
        return done;
    }

    private String lose(DemoNode node, Cast running, Supplier<String> action) {
        CrowdCounts before = running.crowd().counts();
        long nowNs = System.nanoTime();
        String done = action.get();
        failover.lost(node.id(), before, nowNs);
        return done;
    }
}
