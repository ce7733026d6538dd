package io.hawser.grid.presence;

/** Key of one user in one channel, on whatever nodes. */
record UserKey(String channel, String user) {}
