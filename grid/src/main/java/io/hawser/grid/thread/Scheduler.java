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

    /**
     * {@code SCHED_BATCH | SCHED_RESET_ON_FORK}: waking up it does not take the core from who runs,
     * so that what comes meanwhile is done together; threads that it starts do not inherit it.
     */
    private static final int BATCH_RESET_ON_FORK = 0x40000003;

    private Scheduler() {}

    /**
     * Gives the calling thread a lower nice value.
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
            if ((int) setScheduler.invokeExact(0, BATCH_RESET_ON_FORK, parameters) != 0) {
                return "sched_setscheduler is refused";
            }
            boolean lowered = (int) setPriority.invokeExact(PRIO_PROCESS, 0, nice) == 0;
            return lowered ? "" : "setpriority is refused";
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
