package io.hawser.server.websocket;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Extension;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parts of Jakarta's {@link Session} that are the same for every socket of ours, or that we do
 * not offer: a feature that costs every idle connection memory is refused rather than paid for.
 */
abstract class JakartaSession implements Session {
    private static final String WHOLE_ONLY = "handlers of whole String and byte[] messages only";

    /** A close reason as Jakarta has it. */
    static CloseReason reason(int code, String phrase) {
        return new CloseReason(CloseReason.CloseCodes.getCloseCode(code), phrase);
    }

    abstract String getRequestPath();

    @Override
    public WebSocketContainer getContainer() {
        throw new UnsupportedOperationException("there is no container around this server");
    }

    @Override
    public void addMessageHandler(MessageHandler handler) {
        throw new UnsupportedOperationException(WHOLE_ONLY);
    }

    @Override
    public <T> void addMessageHandler(Class<T> type, MessageHandler.Partial<T> handler) {
        throw new UnsupportedOperationException(WHOLE_ONLY);
    }

    @Override
    public Set<MessageHandler> getMessageHandlers() {
        throw new UnsupportedOperationException(WHOLE_ONLY);
    }

    @Override
    public void removeMessageHandler(MessageHandler handler) {
        throw new UnsupportedOperationException(WHOLE_ONLY);
    }

    @Override
    public String getProtocolVersion() {
        return "13";
    }

    @Override
    public List<Extension> getNegotiatedExtensions() {
        return List.of();
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    /** Always 0: the endpoint's own pings tell who is gone. */
    @Override
    public long getMaxIdleTimeout() {
        return 0;
    }

    @Override
    public void setMaxIdleTimeout(long ms) {
        throw new UnsupportedOperationException("the endpoint's own pings tell who is gone");
    }

    @Override
    public void setMaxBinaryMessageBufferSize(int bytes) {
        throw new UnsupportedOperationException(ONE_LIMIT);
    }

    @Override
    public void setMaxTextMessageBufferSize(int bytes) {
        throw new UnsupportedOperationException(ONE_LIMIT);
    }

    /** {@inheritDoc} Held to the same limit as a text message. */
    @Override
    public int getMaxBinaryMessageBufferSize() {
        return getMaxTextMessageBufferSize();
    }

    private static final String ONE_LIMIT = "the path has one limit for all its messages";

    @Override
    public String getId() {
        return Integer.toHexString(System.identityHashCode(this));
    }

    @Override
    public void close() throws java.io.IOException {
        close(new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, ""));
    }

    @Override
    public URI getRequestURI() {
        return URI.create(getRequestPath());
    }

    @Override
    public Map<String, String> getPathParameters() {
        return Map.of();
    }

    @Override
    public Map<String, Object> getUserProperties() {
        throw new UnsupportedOperationException("keep the state of a socket in its owner");
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
        return null;
    }

    @Override
    public Set<Session> getOpenSessions() {
        throw new UnsupportedOperationException("there is no list of all sockets");
    }
}
