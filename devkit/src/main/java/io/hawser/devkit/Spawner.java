package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts programs so that they die with this JVM but not with a Ctrl-C meant for it.
 *
 * <p>Where the system has {@code setsid}, a program gets a session of its own: a Ctrl-C at the
 * terminal reaches only us, and we stop what we started in our own order. Where it has {@code
 * setpriv --pdeathsig}, the kernel kills the program when we are gone, also after a kill -9. There
 * the signal is bound to the thread that started the program, so one thread that lives as long as
 * the JVM starts them all. Elsewhere a shutdown hook kills what is left. Thread-safe.
 */
final class Spawner {
    private static final Set<Process> LEFT = ConcurrentHashMap.newKeySet();
    private static final ExecutorService THREAD =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("process-spawner").factory());
    private static final boolean OWN_SESSION = works("setsid", "true");
    private static final boolean DIES_WITH_US = works("setpriv", "--pdeathsig", "KILL", "true");

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(Spawner::killWhatIsLeft));
    }

    private Spawner() {}

    /**
     * Starts the process; its pid is the program's own, since the wrappers exec.
     *
     * @param user whom to run it as; null: as ourselves
     */
    static Process start(ProcessBuilder builder, @Nullable UnprivilegedUser user)
            throws IOException {
        builder.command(wrapped(builder.command(), user));
        Process process = onThread(builder);
        if (!DIES_WITH_US) {
            LEFT.removeIf(other -> !other.isAlive());
            LEFT.add(process);
        }
        return process;
    }

    private static Process onThread(ProcessBuilder builder) throws IOException {
        try {
            return THREAD.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static List<String> wrapped(List<String> command, @Nullable UnprivilegedUser user) {
        List<String> wrapped = new ArrayList<>();
        if (OWN_SESSION) {
            wrapped.add("setsid");
        }
        if (user != null || DIES_WITH_US) {
            wrapped.add("setpriv");
            if (user != null) {
                wrapped.addAll(user.setprivOptions());
            }
            // One setpriv for both: a change of user clears the death signal set before it.
            if (DIES_WITH_US) {
                wrapped.addAll(List.of("--pdeathsig", "KILL"));
            }
            wrapped.add("--");
        }
        wrapped.addAll(command);
        return wrapped;
    }

    private static boolean works(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void killWhatIsLeft() {
        for (Process process : LEFT) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
