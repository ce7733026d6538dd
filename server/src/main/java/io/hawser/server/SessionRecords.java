package io.hawser.server;

import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.SessionListener;
import io.hawser.server.storage.SessionClosed;
import io.hawser.server.storage.SessionOpened;
import io.hawser.server.storage.SessionRecorder;

import java.time.Instant;

/** Tells the recorder of sessions that open and close. Thread-safe. */
final class SessionRecords implements SessionListener {
    private final SessionRecorder recorder;

    SessionRecords(SessionRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public void opened(ClientSession session, long atMs) {
        recorder.connected(opening(session));
    }

    @Override
    public void closed(ClientSession session, Disconnect reason, long atMs) {
        recorder.disconnected(
                new SessionClosed(
                        opening(session),
                        Instant.ofEpochMilli(atMs),
                        reason.code(),
                        reason.reason()));
    }

    private static SessionOpened opening(ClientSession session) {
        return new SessionOpened(
                session.client(),
                session.user(),
                session.connection().address(),
                session.connection().transport(),
                session.clientName(),
                session.clientVersion(),
                Instant.ofEpochMilli(session.connectedAtMs()));
    }
}
