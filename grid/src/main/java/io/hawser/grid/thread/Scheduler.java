package io.hawser.grid.thread;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Linux's scheduler: setpriority(2) and sched_setscheduler(2), which on Linux concern the calling
 * thread alone. Thread-safe.
 */
@SuppressWarnings("restricted") // the launcher enables native access
final class Scheduler {
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
        if (!System.getProperty("os.name").equals("Linux")) {
            return "not on Linux";
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = arena.allocate(JAVA_INT);
            MethodHandle setScheduler =
                    call(
                            "sched_setscheduler",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
            MethodHandle setPriority =
                    call(
                            "setpriority",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
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

    private static MethodHandle call(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new UnsupportedOperationException("no " + name));
        return linker.downcallHandle(address, type);
    }
}
