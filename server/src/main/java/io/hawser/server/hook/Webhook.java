package io.hawser.server.hook;

import io.hawser.server.hook.HookOutcomes.Outcome;
import io.hawser.server.hook.WebhookSender.Attempt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * Tells a web address of events, as {@link WebhookSender} does it. Events go one after the other,
 * so one that is tried again holds up those behind it; beyond the bound new ones are dropped.
 * Thread-safe; {@link #send} never blocks.
 */
public final class Webhook implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhook.class);

    private final WebhookSettings settings;
    private final WebhookSender sender;
    private final HookLine<Event> line;
    private final HookOutcomes outcomes = new HookOutcomes();

    private record Event(String name, String id, String body) {}

    public Webhook(WebhookSettings settings, InstantSource clock) {
        this.settings = settings;
        this.sender = new WebhookSender(settings, clock);
        this.line = new HookLine<>("webhook", settings.queue(), this::deliver);
    }

    /**
     * Sends an event some time from now.
     *
     * @param id the same for the same event, so that a receiver can tell a repetition
     * @param json the body
     */
    public void send(String name, String id, String json) {
        if (!line.offer(new Event(name, id, json))) {
            outcomes.add(Outcome.DROPPED);
            log.warn(
                    "webhook {}: event {} is dropped, {} are waiting already",
                    settings,
                    name,
                    settings.queue());
        }
    }

    /** How the events sent so far have ended. */
    public HookOutcomes outcomes() {
        return outcomes;
    }

    private void deliver(Event event) throws InterruptedException {
        for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
            if (attempt > 1) {
                TimeUnit.MILLISECONDS.sleep(sender.pauseMs(attempt));
            }
            WebhookSender.Result result = sender.attempt(event.name(), event.id(), event.body());
            if (result.attempt() != Attempt.TAKEN) {
                log.warn(
                        "webhook {}: event {}, attempt {}: {}",
                        settings,
                        event.name(),
                        attempt,
                        result.said());
            }
            switch (result.attempt()) {
                case TAKEN -> {
                    outcomes.add(Outcome.DONE);
                    return;
                }
                case REFUSED -> {
                    outcomes.add(Outcome.FAILED);
                    return;
                }
                case AGAIN -> {}
            }
        }
        outcomes.add(Outcome.FAILED);
        log.error(
                "webhook {}: event {} is given up after {} attempts",
                settings,
                event.name(),
                settings.attempts());
    }

    /** Gives up what is under way and what waits. */
    @Override
    public void close() {
        line.close();
        int left = line.size();
        if (left > 0) {
            log.warn("webhook {}: stopping, {} events are not sent", settings, left);
        }
        sender.close();
    }
}
