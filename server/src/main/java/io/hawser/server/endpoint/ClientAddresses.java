package io.hawser.server.endpoint;

import io.hawser.server.binding.AddressRange;
import io.hawser.server.websocket.UpgradeRequest;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds out where a request comes from, behind the proxies that are trusted. Each proxy appends to
 * X-Forwarded-For the address that it was called from, so the list is read from its end, and only
 * as long as the ones who wrote it are trusted: what stands before that, the client may have made
 * up. Thread-safe.
 */
public final class ClientAddresses {
    private final List<AddressRange> trustedProxies;

    public ClientAddresses(List<AddressRange> trustedProxies) {
        this.trustedProxies = List.copyOf(trustedProxies);
    }

    /** The client's address, without port. */
    String of(UpgradeRequest request) {
        return client(request.peer(), request.headers().getOrDefault("x-forwarded-for", List.of()))
                .getHostAddress();
    }

    /** The client's address, without port. */
    public String of(HttpServerExchange exchange) {
        return source(exchange).getHostAddress();
    }

    /** The same, not as text. */
    public InetAddress source(HttpServerExchange exchange) {
        List<String> forwarded = exchange.getRequestHeaders().get(Headers.X_FORWARDED_FOR);
        return client(
                exchange.getSourceAddress().getAddress(),
                forwarded == null ? List.of() : forwarded);
    }

    /**
     * True if a trusted proxy sends it, so that what it says of the client's request is believed.
     */
    public boolean isFromTrustedProxy(HttpServerExchange exchange) {
        return isTrusted(exchange.getSourceAddress().getAddress());
    }

    /**
     * The address nearest to this node that is no trusted proxy's.
     *
     * @param forwarded the X-Forwarded-For headers, in their order
     */
    InetAddress client(InetAddress peer, List<String> forwarded) {
        InetAddress nearest = peer;
        for (String each : chain(forwarded).reversed()) {
            InetAddress before = isTrusted(nearest) ? address(each) : null;
            if (before == null) {
                return nearest;
            }
            nearest = before;
        }
        return nearest;
    }

    private boolean isTrusted(InetAddress address) {
        return trustedProxies.stream().anyMatch(range -> range.contains(address));
    }

    private static List<String> chain(List<String> headers) {
        var chain = new ArrayList<String>();
        headers.forEach(header -> chain.addAll(Arrays.asList(header.split(","))));
        return chain;
    }

    /**
     * An item of the list, which may have a port; null if it is no address: nobody vouches then.
     */
    private static @Nullable InetAddress address(String item) {
        try {
            return AddressRange.literal(withoutPort(item.strip()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String withoutPort(String item) {
        if (item.startsWith("[")) {
            return item.substring(1, Math.max(1, item.indexOf(']')));
        }
        int colon = item.indexOf(':');
        return colon >= 0 && colon == item.lastIndexOf(':') ? item.substring(0, colon) : item;
    }
}
