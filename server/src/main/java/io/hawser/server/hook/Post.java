package io.hawser.server.hook;

import io.hawser.server.hook.HookOutcomes.Outcome;
import io.hawser.server.hook.WebhookSender.Attempt;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Tells a web address of events, at least once each, whichever nodes die. Every node lays every
 * event down on its disk; one of them sends each, and tells the others what was taken and what was
 * given up, so that they can forget it. Whoever sends next goes on with what is left: it repeats
 * only what was taken when nobody could be told, and by the same id.
 *
 * <p>One after the other, oldest first. What is refused, or has failed too often, becomes a dead
 * letter, which stays until it is sent again or pushed out by newer ones. Thread-safe; {@link #add}
 * and {@link #apply} wait for the disk.
 */
public final class Post implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Post.class);
    private static final long LOOK_MS = 500;

    /** Letters that are known to be settled, so that a node which comes back can ask. */
    private static final int MAX_SETTLED = 1_000;

    private final WebhookSettings settings;
    private final WebhookSender sender;
    private final Spool queue;
    private final Spool dead;
    private final Turn turn;
    private final InstantSource clock;
    private final HookOutcomes outcomes = new HookOutcomes();
    private final Semaphore added = new Semaphore(0);
    private final Map<String, Boolean> settled = new LinkedHashMap<>();
    private final Thread thread = Thread.ofVirtual().name("webhook-post").unstarted(this::run);
    private boolean failing;

    /**
     * Who sends, and what the others hear of it.
     *
     * @param mine whether this node is the one that sends a letter, at the moment; must not block
     * @param marks tells the others; must not block
     */
    public record Turn(Predicate<Letter> mine, Consumer<Mark> marks) {}

    /**
     * Sends nothing before it is started.
     *
     * @param queue what waits
     * @param dead what was given up; the oldest goes when it is full
     */
    public Post(WebhookSettings settings, Spool queue, Spool dead, Turn turn, InstantSource clock) {
        this.settings = settings;
        this.sender = new WebhookSender(settings, clock);
        this.queue = queue;
        this.dead = dead;
        this.turn = turn;
        this.clock = clock;
    }

    /** Begins to send whenever it is this node's turn. */
    public void start() {
        thread.start();
    }

    // In

    /** An event that all nodes hear. Beyond the bound of the queue it is dropped. */
    public void add(String id, String event, String body) {
        if (!isSettled(id)) {
            var _ = lay(Letter.fresh(id, event, body, clock.millis()));
        }
    }

    private boolean lay(Letter letter) {
        try {
            if (queue.add(letter)) {
                added.release();
                return true;
            }
            outcomes.add(Outcome.DROPPED);
            log.warn("webhook {}: {} is dropped, the queue is full", settings, letter.event());
        } catch (IOException e) {
            outcomes.add(Outcome.DROPPED);
            log.error("webhook {}: {} cannot be kept", settings, letter.event(), e);
        }
        return false;
    }

    /**
     * What a node, perhaps this one, has told. What is known already changes nothing. A letter is
     * laid down in the one place before it is removed from the other, so a kill loses none.
     */
    public void apply(Mark mark) {
        switch (mark) {
            case Mark.Sent sent -> settle(sent.id());
            case Mark.Dead given -> {
                bury(given.letter());
                settle(given.letter().id());
            }
            case Mark.Retry retry -> {
                forgetSettled(retry.letter().id());
                if (lay(retry.letter().again())) {
                    remove(dead, retry.letter().id());
                }
            }
        }
    }

    private void bury(Letter letter) {
        try {
            while (dead.get(letter.id()) == null && !dead.add(letter)) {
                Letter oldest = dead.first();
                if (oldest == null) {
                    log.error("webhook {}: {} is too large to be kept", settings, letter.event());
                    return;
                }
                log.warn("webhook {}: dead letter {} is pushed out", settings, oldest.id());
                var _ = dead.remove(oldest.id());
            }
        } catch (IOException e) {
            log.error("webhook {}: dead letter {} is lost", settings, letter.id(), e);
        }
    }

    private void settle(String id) {
        synchronized (settled) {
            settled.put(id, true);
            if (settled.size() > MAX_SETTLED) {
                settled.remove(settled.keySet().iterator().next());
            }
        }
        remove(queue, id);
    }

    private void forgetSettled(String id) {
        synchronized (settled) {
            settled.remove(id);
        }
    }

    private boolean isSettled(String id) {
        synchronized (settled) {
            return settled.containsKey(id);
        }
    }

    private void remove(Spool from, String id) {
        try {
            var _ = from.remove(id);
        } catch (IOException e) {
            log.error("webhook {}: {} cannot be removed", settings, id, e);
        }
    }

    // Out

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Letter next = queue.first(turn.mine());
                if (next == null) {
                    var _ = added.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS);
                    added.drainPermits();
                } else {
                    sendSafely(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void sendSafely(Letter letter) throws InterruptedException {
        try {
            send(letter);
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.error("webhook {}: {} cannot be sent, retrying", settings, letter.id(), e);
            }
            failing = true;
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    private void send(Letter letter) throws InterruptedException {
        String said = "";
        for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
            if (attempt > 1) {
                TimeUnit.MILLISECONDS.sleep(sender.pauseMs(attempt));
            }
            if (!turn.mine().test(letter) || queue.get(letter.id()) == null) {
                return; // it is another's now, or done
            }
            WebhookSender.Result result =
                    sender.attempt(letter.event(), letter.id(), letter.body());
            if (result.attempt() == Attempt.TAKEN) {
                outcomes.add(Outcome.DONE);
                tell(new Mark.Sent(letter.id()));
                return;
            }
            said = result.said();
            log.warn(
                    "webhook {}: {} {}, attempt {}: {}",
                    settings,
                    letter.event(),
                    letter.id(),
                    attempt,
                    said);
            if (result.attempt() == Attempt.REFUSED) {
                giveUp(letter, attempt, said);
                return;
            }
        }
        giveUp(letter, settings.attempts(), said);
    }

    private void giveUp(Letter letter, int attempts, String said) {
        outcomes.add(Outcome.FAILED);
        log.error(
                "webhook {}: {} {} is given up after {} attempts, see the dead letters",
                settings,
                letter.event(),
                letter.id(),
                attempts);
        tell(new Mark.Dead(letter.dead(attempts, said, clock.millis())));
    }

    private void tell(Mark mark) {
        apply(mark);
        turn.marks().accept(mark);
    }

    // For people and for other nodes

    /** How the events that this node sent have ended. */
    public HookOutcomes outcomes() {
        return outcomes;
    }

    /** Events that wait here. */
    public int waiting() {
        return queue.size();
    }

    /** Ids of the events that wait here, oldest first. */
    public List<String> waitingIds() {
        return queue.letters().stream().map(Letter::id).toList();
    }

    /** Which of these are known to be taken or given up. */
    public List<String> settled(List<String> ids) {
        List<String> known = new ArrayList<>();
        Set<String> all;
        synchronized (settled) {
            all = Set.copyOf(settled.keySet());
        }
        ids.stream().filter(all::contains).forEach(known::add);
        return known;
    }

    /** Dead letters here. */
    public int dead() {
        return dead.size();
    }

    /** Those that were given up, oldest first. */
    public List<Letter> deadLetters() {
        return dead.letters();
    }

    /** One that was given up, null if it is not known here. */
    public @Nullable Letter deadLetter(String id) {
        return dead.get(id);
    }

    /** Stops; what waits stays on the disk. */
    @Override
    public void close() {
        thread.interrupt();
        sender.close();
    }
}
