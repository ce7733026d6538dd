package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A service that is a process of this machine. */
final class LocalService implements Service {
    private static final Duration START_TIME = Duration.ofSeconds(30);

    /** How a program is run. */
    interface Recipe {
        /** Makes the data directory ready where it does not exist yet. */
        void prepare(Path data);

        ManagedProcess.Builder process(Path data);
    }

    private final Recipe recipe;
    private final Address address;
    private final Path directory;
    private final boolean temporary;
    private @Nullable ManagedProcess process;

    /**
     * A service that is not started yet.
     *
     * @param address where it will listen
     * @param directory where data and output go; null: a temporary one
     */
    LocalService(String name, Address address, @Nullable Path directory, Recipe recipe) {
        this.recipe = recipe;
        this.address = address;
        this.temporary = directory == null;
        this.directory = directory == null ? temporaryDirectory(name) : directory;
    }

    @Override
    public void start(BooleanSupplier answers) {
        recipe.prepare(data());
        var started = recipe.process(data()).outputFile(directory.resolve("output.log")).start();
        process = started;
        if (!Probe.await(answers, started::isAlive, START_TIME)) {
            var failure = started.failure("did not answer on port " + address.port(), null);
            started.kill();
            throw failure;
        }
    }

    @Override
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    @Override
    public void stop() {
        if (process != null) {
            process.close();
        }
    }

    @Override
    public void kill() {
        running().kill();
    }

    @Override
    public void suspend() {
        running().signalAll(Signal.STOP);
    }

    @Override
    public void resume() {
        running().signalAll(Signal.CONT);
    }

    @Override
    public void wipe() {
        Trees.delete(data());
    }

    @Override
    public void remove() {
        stop();
        if (temporary) {
            Trees.delete(directory);
        }
    }

    @Override
    public Address peerAddress() {
        return address;
    }

    private ManagedProcess running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    private Path data() {
        return directory.resolve("data");
    }

    private static Path temporaryDirectory(String name) {
        try {
            return Files.createTempDirectory("hawser-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
