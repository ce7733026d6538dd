package io.hawser.grid.redis;

/**
 * How long a server has had a key, in numbers of the list of servers: each change of the list
 * counts one on. What lies there from before the key came (back) to it is out of date.
 *
 * @param since the first list since which it has had the key without a break
 * @param now the list of now
 */
public record Tenure(long since, long now) {
    /** Where there is no list. */
    public static final Tenure ALWAYS = new Tenure(0, 0);
}
