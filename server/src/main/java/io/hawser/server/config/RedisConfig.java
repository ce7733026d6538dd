package io.hawser.server.config;

import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisSettings;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;
import io.hawser.server.binding.Secret;
import io.hawser.server.binding.ServiceUri;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Redis. Used with {@code broker.type: redis} only. Immutable. */
public record RedisConfig(
        @Key(
                        doc =
                                "standalone: the one at redis.uri. sentinel: the master that Sentinels name,"
                                        + " see redis.uri. cluster: a Redis Cluster, of which redis.uris (or"
                                        + " redis.uri) names some servers. shards: all of redis.uris,"
                                        + " independent of each other; each channel belongs to one of them.",
                        byDefault = "standalone")
                RedisMode mode,
        @Key(
                        doc =
                                "Where Redis is: redis://[[user]:password@]host[:port][/database], rediss://"
                                        + " for TLS. With mode sentinel where the Sentinels are, and the name"
                                        + " of the master: redis-sentinel://[[user]:password@]host:port,"
                                        + "host:port[/database]#name, rediss-sentinel:// for TLS.",
                        byDefault = "redis://127.0.0.1:6379",
                        pattern = RedisConfig.SERVER + "|" + RedisConfig.SENTINELS,
                        expects =
                                "an address like redis://host:6379 or"
                                        + " redis-sentinel://host:26379,host:26379#name")
                ServiceUri uri,
        @Key(
                        doc =
                                "The addresses with mode shards or cluster. All nodes have the same ones."
                                        + " To change those of shards, stop all nodes first; channels that"
                                        + " belong to another server then begin a new epoch.",
                        pattern = RedisConfig.SERVER,
                        expects = "an address like redis://host:6379")
                List<ServiceUri> uris,
        @Key(
                        doc =
                                "User as whom the Sentinels are asked, if they have users of their own."
                                        + " Empty: their default user.")
                String sentinelUser,
        @Key(
                        doc =
                                "Password of the Sentinels themselves, which is not that of the Redis that"
                                        + " they watch. Empty: they are asked without one.")
                Secret sentinelPassword,
        @Key(
                        doc =
                                "File with the certificates, in PEM, that are trusted with TLS. Empty: those"
                                        + " that Java trusts.")
                String caFile,
        @Key(
                        doc =
                                "How long an answer of Redis may take; then the client gets error 100"
                                        + " (temporary).",
                        byDefault = "500ms",
                        min = "10ms",
                        max = "1m")
                Duration timeout,
        @Key(
                        doc =
                                "Replicas that must have a publication before its publisher is told that"
                                        + " it is stored (WAIT), so that one of them can take over without"
                                        + " losing it. If they have it not within half of redis.timeout, the"
                                        + " publisher gets error 100 (temporary), though it is stored and"
                                        + " sent. 0: it is not waited for.",
                        byDefault = "0",
                        min = "0",
                        max = "10")
                int waitReplicas) {

    // Read by annotations alone.
    static final String SERVER = "rediss?://[^\\s/?#]+(/[^\\s]*)?";
    static final String SENTINELS = "rediss?-sentinel://[^\\s/?#]+(/[^\\s#]*)?#[^\\s]+";

    public RedisConfig {
        uris = List.copyOf(uris);
        Checks checks =
                Checks.of(
                        RedisConfig.class,
                        mode,
                        uri,
                        uris,
                        sentinelUser,
                        sentinelPassword,
                        caFile,
                        timeout,
                        waitReplicas);
        boolean single = mode == RedisMode.STANDALONE || mode == RedisMode.SENTINEL;
        checks.refuse(
                single && !uris.isEmpty(),
                "is set, but only modes shards and cluster have several addresses",
                "set redis.mode to one of them, or use redis.uri",
                "uris");
        checks.refuse(
                mode != RedisMode.SENTINEL && !sentinelPassword.isEmpty(),
                "is set, but only mode sentinel has Sentinels",
                "set redis.mode to sentinel; the password of Redis itself stands in its address",
                "sentinel_password");
        checks.refuse(
                !sentinelUser.isEmpty() && sentinelPassword.isEmpty(),
                "is set, but redis.sentinel_password is not",
                "set both, or none of them",
                "sentinel_user");
        checks.refuse(
                !caFile.isEmpty() && !Files.isReadable(Path.of(caFile)),
                "cannot be read: " + caFile,
                "name a file with certificates in PEM",
                "ca_file");
        Optional<String> wrong = wrong(mode, addresses(mode, uri, uris), timeout);
        checks.refuse(
                wrong.isPresent(),
                "does not go with redis.mode: " + wrong.orElse(""),
                "mend redis.uri or redis.uris, or set another mode",
                several(mode, uris) ? "uris" : "uri",
                "mode");
        checks.done();
    }

    private static List<String> addresses(RedisMode mode, ServiceUri uri, List<ServiceUri> uris) {
        return (several(mode, uris) ? uris : List.of(uri))
                .stream().map(ServiceUri::reveal).toList();
    }

    private static boolean several(RedisMode mode, List<ServiceUri> uris) {
        return mode == RedisMode.SHARDS || !uris.isEmpty();
    }

    private static Optional<String> wrong(
            RedisMode mode, List<String> addresses, Duration timeout) {
        try {
            var settings = new RedisSettings(mode, addresses, timeout, "");
            return settings.uris().isEmpty() ? Optional.of("there is none") : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** What the mode asks for, of both keys. */
    public List<String> addresses() {
        return addresses(mode, uri, uris);
    }
}
