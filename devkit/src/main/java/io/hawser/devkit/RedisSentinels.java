package io.hawser.devkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sentinels, on 127.0.0.1 or on hosts of their own, that watch one Redis and promote a replica
 * about a second after it has died or hung. Thread-safe.
 */
public final class RedisSentinels implements AutoCloseable {
    private static final String NAME = "hawser";
    private static final Duration START_TIME = Duration.ofSeconds(30);
    private static final int DOWN_AFTER_MS = 500;
    private static final int FAILOVER_TIMEOUT_MS = 3000;

    private final Path directory;
    private final List<Service.Address> addresses;
    private final List<ManagedProcess> processes = new ArrayList<>();

    /** Of the only one, if clients ask it over TLS; else 0. */
    private int tlsPort;

    private RedisSentinels(List<NetworkHost> hosts) {
        List<Integer> ports = Ports.free(hosts.size());
        addresses =
                IntStream.range(0, hosts.size())
                        .mapToObj(i -> new Service.Address(hosts.get(i).address(), ports.get(i)))
                        .toList();
        try {
            directory = Files.createTempDirectory("hawser-sentinels-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts that many, of which more than half have to agree, and waits until they know each other
     * and the replicas.
     *
     * @param primary {@link RedisOptions#local local}, as its replicas have to be
     * @throws ServiceFailedException if they do not in time
     */
    public static RedisSentinels watch(RedisServer primary, int replicas, int count) {
        return watch(primary, replicas, Collections.nCopies(count, NetworkHost.local()));
    }

    /** The same with a Sentinel on each of these hosts, all of which reach the servers. */
    public static RedisSentinels watch(RedisServer primary, int replicas, List<NetworkHost> hosts) {
        var sentinels = new RedisSentinels(hosts);
        try {
            for (int i = 0; i < hosts.size(); i++) {
                sentinels.start(hosts.get(i), sentinels.addresses.get(i), primary);
            }
            sentinels.awaitAcquaintance("slaves=%d,sentinels=%d".formatted(replicas, hosts.size()));
            return sentinels;
        } catch (RuntimeException e) {
            sentinels.close();
            throw e;
        }
    }

    /**
     * One Sentinel that watches a master without replicas over TLS, and names clients that port.
     *
     * @param primaryPort of the master for TLS, on 127.0.0.1
     * @param password of the master
     */
    public static RedisSentinels watchOverTls(int primaryPort, String password, RedisTls tls) {
        var sentinels = new RedisSentinels(List.of(NetworkHost.local()));
        int port = Ports.free();
        List<String> settings = new ArrayList<>(tls.settings(port));
        settings.addAll(List.of("tls-replication yes"));
        sentinels.tlsPort = port;
        try {
            sentinels.start(
                    NetworkHost.local(),
                    sentinels.addresses.getFirst(),
                    "127.0.0.1 " + primaryPort,
                    settings,
                    List.of("sentinel auth-pass " + NAME + " " + password));
            sentinels.awaitAcquaintance("status=ok,address=127.0.0.1:" + primaryPort);
            return sentinels;
        } catch (RuntimeException e) {
            sentinels.close();
            throw e;
        }
    }

    private void start(NetworkHost host, Service.Address address, RedisServer primary) {
        String place = primary.host().address() + " " + primary.port();
        start(host, address, place, List.of(), List.of());
    }

    private void start(
            NetworkHost host,
            Service.Address address,
            String place,
            List<String> before,
            List<String> after) {
        Path file = directory.resolve(address.port() + ".conf");
        String watched = NAME + " " + place + " " + (addresses.size() / 2 + 1);
        List<String> settings = new ArrayList<>(before);
        settings.addAll(
                List.of(
                        "port " + address.port(),
                        "bind " + address.host(),
                        "protected-mode no",
                        "dir " + directory,
                        "sentinel monitor " + watched,
                        "sentinel down-after-milliseconds " + NAME + " " + DOWN_AFTER_MS,
                        "sentinel failover-timeout " + NAME + " " + FAILOVER_TIMEOUT_MS));
        settings.addAll(after);
        try {
            Files.write(file, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String program = RedisServer.localProgram().toString();
        List<String> command = host.command(List.of(program, file.toString(), "--sentinel"));
        ManagedProcess process =
                ManagedProcess.builder("sentinel", command)
                        .outputFile(directory.resolve(address.port() + ".log"))
                        .start();
        processes.add(process);
        if (!Probe.await(() -> Probe.redis(address, null), process::isAlive, START_TIME)) {
            throw process.failure("did not answer on port " + address.port(), null);
        }
    }

    private void awaitAcquaintance(String all) {
        for (Service.Address address : addresses) {
            boolean known =
                    Probe.await(
                            () -> RedisCommandLine.ask(address, "INFO sentinel").contains(all),
                            () -> true,
                            START_TIME);
            if (!known) {
                throw new ServiceFailedException("the Sentinels do not know all others");
            }
        }
    }

    /**
     * Has a replica take over though the master is well.
     *
     * @throws ServiceFailedException if no replica can
     */
    public void failOver() {
        RedisCommandLine.ask(addresses.getFirst(), "SENTINEL FAILOVER " + NAME);
    }

    /** From now on they answer only who logs in so; neither text has spaces. */
    public void requireLogin(String user, String password) {
        for (Service.Address address : addresses) {
            RedisCommandLine.ask(
                    address, "ACL SETUSER %s on >%s allchannels +@all".formatted(user, password));
            RedisCommandLine.ask(address, "ACL SETUSER default off");
        }
    }

    /** The port of the master, as the Sentinels see it now. */
    public int masterPort() {
        String info = RedisCommandLine.ask(addresses.getFirst(), "INFO sentinel");
        String address = info.substring(info.indexOf("address=") + "address=".length());
        return Integer.parseInt(address.substring(address.indexOf(':') + 1, address.indexOf(',')));
    }

    /** Where clients ask: {@code redis-sentinel://127.0.0.1:26379,…#hawser}. */
    public String uri() {
        if (tlsPort != 0) {
            return "rediss-sentinel://127.0.0.1:" + tlsPort + "#" + NAME;
        }
        return addresses.stream()
                .map(address -> address.host() + ":" + address.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "#" + NAME));
    }

    @Override
    public void close() {
        processes.forEach(ManagedProcess::kill);
        Trees.delete(directory);
    }
}
