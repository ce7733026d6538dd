package io.hawser.server.storage;

import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Collection;

/**
 * Rows of the table {@code sessions} of one node. Every write may be repeated, and writes of one
 * session may come in any order: the end of a session is never undone by its beginning.
 * Thread-safe; blocks.
 */
final class SessionTable {
    /** In characters. An index entry of PostgreSQL holds 2704 bytes; this is 1536 at most. */
    private static final int MAX_TEXT = 512;

    private static final String UPSERT =
            """
            insert into sessions (node, incarnation, client, user_id, address, transport,
                client_name, client_version, connected_at,
                disconnected_at, disconnect_code, disconnect_reason)
            values (:node, :incarnation, :client, :user, cast(:address as inet), :transport,
                :name, :version, :connectedAt, :disconnectedAt, :code, :reason)
            on conflict (client) do update set
                disconnected_at = excluded.disconnected_at,
                disconnect_code = excluded.disconnect_code,
                disconnect_reason = excluded.disconnect_reason
            where excluded.disconnected_at is not null
            """;

    private static final String CLOSE_LOST =
            """
            update sessions
            set disconnected_at = greatest(now(), connected_at), disconnect_reason = 'node lost'
            where node = :node and disconnected_at is null
                and (incarnation < :incarnation or connected_at < :startedAt)
            """;

    private final String node;
    private final long incarnation;

    SessionTable(String node, long incarnation) {
        this.node = node;
        this.incarnation = incarnation;
    }

    /** Writes all or none. Of one client there may be one record only. */
    void write(Jdbi jdbi, Collection<SessionRecord> records) {
        jdbi.useTransaction(
                handle -> {
                    try (PreparedBatch batch = handle.prepareBatch(UPSERT)) {
                        for (SessionRecord each : records) {
                            bind(batch, each);
                        }
                        batch.execute();
                    }
                });
    }

    /**
     * Ends what earlier lives of this node left open: those of a smaller incarnation, and all that
     * began before this life did, should the incarnations have started over.
     *
     * @return how many there were
     */
    int closeLost(Jdbi jdbi, Instant startedAt) {
        return jdbi.withHandle(
                handle ->
                        handle.createUpdate(CLOSE_LOST)
                                .bind("node", text(node))
                                .bind("incarnation", incarnation)
                                .bind("startedAt", startedAt)
                                .execute());
    }

    private void bind(PreparedBatch batch, SessionRecord each) {
        switch (each) {
            case SessionOpened opened -> {
                bindBeginning(batch, opened);
                bindEnd(batch, null, null, null);
            }
            case SessionClosed closed -> {
                bindBeginning(batch, closed.opened());
                bindEnd(batch, closed.disconnectedAt(), closed.code(), text(closed.reason()));
            }
        }
        batch.add();
    }

    private void bindBeginning(PreparedBatch batch, SessionOpened opened) {
        batch.bind("node", text(node))
                .bind("incarnation", incarnation)
                .bind("client", text(opened.client()))
                .bind("user", text(opened.user()))
                .bind("address", address(opened.address()))
                .bind("transport", text(opened.transport()))
                .bind("name", text(opened.clientName()))
                .bind("version", text(opened.clientVersion()))
                .bind("connectedAt", opened.connectedAt());
    }

    private static void bindEnd(
            PreparedBatch batch,
            @Nullable Instant at,
            @Nullable Integer code,
            @Nullable String reason) {
        batch.bind("disconnectedAt", at).bind("code", code).bind("reason", reason);
    }

    /** What PostgreSQL can store: no NUL, and not longer than an index takes. */
    private static String text(String raw) {
        String clean = raw.indexOf('\0') < 0 ? raw : raw.replace('\0', '\uFFFD');
        if (clean.length() <= MAX_TEXT) {
            return clean;
        }
        boolean splitsPair = Character.isHighSurrogate(clean.charAt(MAX_TEXT - 1));
        return clean.substring(0, splitsPair ? MAX_TEXT - 1 : MAX_TEXT);
    }

    /** The literal as PostgreSQL writes it, without a zone; null if it is none. Asks no DNS. */
    private static @Nullable String address(String literal) {
        int zone = literal.indexOf('%');
        try {
            return InetAddress.ofLiteral(zone < 0 ? literal : literal.substring(0, zone))
                    .getHostAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
