package io.hawser.server.binding;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * An IP address or a range of them in CIDR notation (RFC 4632), such as {@code 10.0.0.0/8}. No name
 * is ever looked up. Immutable.
 */
public final class AddressRange {
    /** All four parts, since 10/8 would otherwise be 0.0.0.10. */
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");

    private final String text;
    private final byte[] network;
    private final int prefixBits;

    private AddressRange(String text, byte[] network, int prefixBits) {
        this.text = text;
        this.network = network;
        this.prefixBits = prefixBits;
    }

    /**
     * Reads an address, or an address and a prefix length; bits beyond the length do not count.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        int bits = 8 * address.getAddress().length;
        int prefixBits = slash < 0 ? bits : length(text.substring(slash + 1));
        if (prefixBits > bits) {
            throw new IllegalArgumentException(text);
        }
        return new AddressRange(text, address.getAddress(), prefixBits);
    }

    /**
     * The address that is written out in {@code text}; an IPv4 address mapped into IPv6 is the IPv4
     * address.
     *
     * @throws IllegalArgumentException if it is anything else, a host name or a zone id for
     *     instance
     */
    public static InetAddress literal(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        return InetAddress.ofLiteral(text);
    }

    private static int length(String text) {
        if (!LENGTH.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        return Integer.parseInt(text);
    }

    /** True if the address is in the range; an IPv4 address never is in one of IPv6. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        int whole = prefixBits / 8;
        if (bytes.length != network.length || !Arrays.equals(bytes, 0, whole, network, 0, whole)) {
            return false;
        }
        int rest = prefixBits % 8;
        return rest == 0 || (bytes[whole] ^ network[whole]) >> (8 - rest) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range
                && prefixBits == range.prefixBits
                && Arrays.equals(network, range.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefixBits;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
