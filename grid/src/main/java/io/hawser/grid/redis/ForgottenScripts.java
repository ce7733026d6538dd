package io.hawser.grid.redis;

import io.hawser.grid.redis.CommandPipeline.Job;
import io.hawser.grid.redis.RedisFailure.Kind;

import java.util.ArrayList;
import java.util.List;

/**
 * Commands that were refused with NOSCRIPT, in their order. Another client may have loaded the
 * script between two of them; then a later command of the same key may have been carried out, and
 * the earlier one must not be repeated behind it: it fails. Thread-safe. Bounded by the commands
 * that can be in flight.
 */
final class ForgottenScripts {
    private final List<Job<?>> refused = new ArrayList<>();
    private final List<Job<?>> overtaken = new ArrayList<>();
    private volatile boolean any;

    boolean any() {
        return any;
    }

    synchronized void add(Job<?> job) {
        refused.add(job);
        any = true;
    }

    /** Something was carried out after what is in here. */
    void succeeded(String key) {
        if (!any || key.isEmpty()) {
            return;
        }
        synchronized (this) {
            for (var all = refused.iterator(); all.hasNext(); ) {
                Job<?> job = all.next();
                if (job.key().equals(key)) {
                    all.remove();
                    overtaken.add(job);
                }
            }
        }
    }

    /** Empties it; what was overtaken fails, the rest is to be sent again in this order. */
    List<Job<?>> takeToRepeat() {
        List<Job<?>> again;
        List<Job<?>> failed;
        synchronized (this) {
            again = new ArrayList<>(refused);
            failed = new ArrayList<>(overtaken);
            refused.clear();
            overtaken.clear();
            any = false;
        }
        for (Job<?> job : failed) {
            job.fail(new RedisFailure(Kind.UNAVAILABLE, "overtaken while Redis had no script"));
        }
        return again;
    }
}
