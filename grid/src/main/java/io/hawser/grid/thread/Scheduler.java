package io.hawser.grid.thread;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.util.function.Predicate;

/**
 * Linux's scheduler: setpriority(2) and sched_setscheduler(2), which on Linux concern a single
 * thread. Thread-safe.
 */
@SuppressWarnings("restricted") // the launcher enables native access
final class Scheduler {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
    private static final int PRIO_PROCESS = 0;

    /** The usual policy. */
    private static final int OTHER = 0;

    /**
     * Waking up it does not take the core from who runs, so what comes meanwhile is done together.
     */
    private static final int BATCH = 3;

    /** Threads that it starts do not inherit it. */
    private static final int RESET_ON_FORK = 0x40000000;

    private Scheduler() {}

    /**
     * Gives the calling thread a lower nice value, and the policy SCHED_BATCH (sched(7)).
     *
     * @return why it is not so; empty if it is
     */
    static String raiseCurrent(int nice) {
        if (!isLinux()) {
            return "not on Linux";
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = arena.allocate(JAVA_INT);
            MethodHandle setScheduler =
                    call(
                            "sched_setscheduler",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
            MethodHandle setPriority = setPriority();
            if ((int) setScheduler.invokeExact(0, OTHER | RESET_ON_FORK, parameters) != 0) {
                return "sched_setscheduler is refused";
            }
            if ((int) setPriority.invokeExact(PRIO_PROCESS, 0, nice) != 0) {
                return "setpriority is refused";
            }
            // Only now: a thread of usual priority is not to wait until others stop.
            boolean batch =
                    (int) setScheduler.invokeExact(0, BATCH | RESET_ON_FORK, parameters) == 0;
            return batch ? "" : "SCHED_BATCH is refused";
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // an invoked handle declares everything
        }
    }

    /**
     * Gives threads of this process a lower nice value, which those that they start inherit.
     *
     * @param chosen by their names, of which Linux keeps the first 15 characters
     * @return why it is not so; empty if it is, or there are none
     */
    static String raise(Predicate<String> chosen, int nice) {
        if (!isLinux()) {
            return "not on Linux";
        }
        MethodHandle setPriority = setPriority();
        String refusal = "";
        for (File task : tasks()) {
            try {
                String name = Files.readString(task.toPath().resolve("comm")).strip();
                int id = Integer.parseInt(task.getName());
                if (chosen.test(name)
                        && (int) setPriority.invokeExact(PRIO_PROCESS, id, nice) != 0) {
                    refusal = "setpriority is refused";
                }
            } catch (IOException e) {
                log.debug("the thread has ended", e);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e); // an invoked handle declares everything
            }
        }
        return refusal;
    }

    private static File[] tasks() {
        File[] tasks = new File("/proc/self/task").listFiles();
        return tasks == null ? new File[0] : tasks;
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    private static MethodHandle setPriority() {
        return call("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    }

    private static MethodHandle call(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new UnsupportedOperationException("no " + name));
        return linker.downcallHandle(address, type);
    }
}
