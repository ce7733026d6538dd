package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.DataSize;
import io.hawser.server.binding.Key;

import java.time.Duration;
import java.util.List;

/** What clients may do and what each may cost. Immutable. */
public record ClientConfig(
        @Key(
                        doc =
                                "Lets anybody connect without a token and grants every channel permission."
                                        + " For trying out and measuring, never in production.",
                        byDefault = "false")
                boolean insecure,
        @Key(
                        doc =
                                "Origins from which browsers may connect, as scheme://host[:port]; \"*\" for"
                                        + " any. Empty: no Origin header, or one whose host equals the Host"
                                        + " header.",
                        pattern = "\\*|[A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#]+",
                        expects = "\"*\" or an origin like https://example.com, without a path",
                        example = "[https://example.com, http://localhost:3000]")
                List<String> allowedOrigins,
        @Key(
                        doc =
                                "Bytes that may wait for a slow client; beyond it the client is"
                                        + " disconnected (3008).",
                        byDefault = "1MiB",
                        min = "4KiB",
                        max = "1GiB")
                DataSize queueMaxSize,
        @Key(
                        doc = "Largest message that a client may send; a larger one closes (1009).",
                        byDefault = "64KiB",
                        min = "1KiB",
                        max = "16MiB")
                DataSize messageMaxSize,
        @Key(
                        doc =
                                "Publications that one recovery delivers at most; a client that missed more"
                                        + " is told that it was not recovered.",
                        byDefault = "300",
                        unit = "publications",
                        min = "1",
                        max = "1000000")
                int recoveryMaxPublications,
        @Key(
                        doc = "Publications that one history request of a client returns at most.",
                        byDefault = "300",
                        unit = "publications",
                        min = "1",
                        max = "1000000")
                int historyMaxPublications,
        @Key(
                        doc = "Channels that one client may subscribe to; one more gets error 106.",
                        byDefault = "128",
                        unit = "channels",
                        min = "1",
                        max = "1000000")
                int channelLimit,
        @Key(
                        doc = "Longest channel name; a longer one gets error 107.",
                        byDefault = "255",
                        unit = "bytes of UTF-8",
                        min = "1",
                        max = "4096")
                int channelMaxLength,
        @Key(doc = "How often the node pings a client.", byDefault = "25s", min = "1s", max = "1h")
                Duration pingInterval,
        @Key(
                        doc =
                                "How long a client may take to answer a ping before it is disconnected"
                                        + " (3012). Shorter than ping_interval.",
                        byDefault = "8s",
                        min = "100ms",
                        max = "1h")
                Duration pongTimeout,
        @Key(
                        doc =
                                "How long a new connection may take to send its connect command before it"
                                        + " is closed (3502).",
                        byDefault = "10s",
                        min = "100ms",
                        max = "10m")
                Duration connectTimeout,
        @Key(
                        doc =
                                "How long after its token expired a client or subscription may still be"
                                        + " refreshed.",
                        byDefault = "25s",
                        min = "0s",
                        max = "1h")
                Duration expiryGrace,
        @Key(
                        doc =
                                "Publishes of clients that may be on their way to the broker at once, for"
                                        + " the whole node; one more gets error 111, and so does one while"
                                        + " those that wait for Redis take a sixteenth of the heap.",
                        byDefault = "4096",
                        unit = "publishes",
                        min = "1",
                        max = "1000000")
                int publishQueue,
        @Key(
                        doc =
                                "How long messages for clients are held back so that more of them leave in"
                                        + " one write. 0: not at all; what comes at once still leaves"
                                        + " together.",
                        byDefault = "0s",
                        min = "0s",
                        max = "1s")
                Duration writeDelay,
        @Key(
                        doc =
                                "Send buffer of a client's socket in the kernel, which one that does not"
                                        + " read can fill. 0: the kernel decides, up to megabytes.",
                        byDefault = "128KiB",
                        min = "0B",
                        max = "64MiB")
                DataSize sendBuffer,
        @Key(
                        doc =
                                "Receive buffer of a client's socket in the kernel. 0: the kernel decides.",
                        byDefault = "0B",
                        min = "0B",
                        max = "64MiB")
                DataSize receiveBuffer) {

    public ClientConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        Checks.of(
                        ClientConfig.class,
                        insecure,
                        allowedOrigins,
                        queueMaxSize,
                        messageMaxSize,
                        recoveryMaxPublications,
                        historyMaxPublications,
                        channelLimit,
                        channelMaxLength,
                        pingInterval,
                        pongTimeout,
                        connectTimeout,
                        expiryGrace,
                        publishQueue,
                        writeDelay,
                        sendBuffer,
                        receiveBuffer)
                .refuse(
                        pongTimeout.compareTo(pingInterval) >= 0,
                        "must be shorter than ping_interval, or pings overtake each other",
                        "lower pong_timeout or raise ping_interval",
                        "pong_timeout",
                        "ping_interval")
                .refuse(
                        queueMaxSize.compareTo(messageMaxSize) < 0,
                        "must hold at least one message of message_max_size",
                        "raise queue_max_size or lower message_max_size",
                        "queue_max_size",
                        "message_max_size")
                .done();
    }
}
