package io.hawser.server.protocol;

import org.jspecify.annotations.Nullable;

/** Puts the fields of one command together and holds it to the rules. For one thread. */
final class CommandBuilder {
    private int id;
    private @Nullable Request request;

    void id(int newId) {
        id = newId;
    }

    void request(Request newRequest) throws BadFrameException {
        if (request != null) {
            throw new BadFrameException("a command with two requests");
        }
        request = newRequest;
    }

    Command build() throws BadFrameException {
        if (request == null) {
            return emptyCommand();
        }
        if (id == 0 && !(request instanceof Request.SendRequest)) {
            throw new BadFrameException("a command without an id");
        }
        return new Command(id, request);
    }

    private Command emptyCommand() throws BadFrameException {
        if (id != 0) {
            throw new BadFrameException("a command without a known request");
        }
        return Command.PONG;
    }
}
