package io.hawser.server.api;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** Counts what the server API is asked and how that ends. Thread-safe. */
public final class ApiMetrics {
    private static final double[] BUCKETS_SECONDS = {
        .001, .0025, .005, .01, .025, .05, .1, .5, 1, 5
    };

    private final Counter calls;
    private final Histogram seconds;

    public ApiMetrics(CollectorRegistry registry) {
        calls =
                Counter.build("hawser_api_calls", "Calls of the server API, by method and code.")
                        .labelNames("method", "code")
                        .register(registry);
        seconds =
                Histogram.build(
                                "hawser_api_call_duration_seconds",
                                "Time from the whole body of a call to its answer.")
                        .labelNames("method")
                        .buckets(BUCKETS_SECONDS)
                        .register(registry);
    }

    /**
     * @param method one of the API's methods, never what a caller wrote
     * @param code 0 for a result, else the error's code
     */
    void answered(String method, int code, long nanos) {
        calls.labels(method, Integer.toString(code)).inc();
        seconds.labels(method).observe(nanos / 1e9);
    }
}
