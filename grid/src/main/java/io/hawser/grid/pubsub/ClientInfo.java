package io.hawser.grid.pubsub;

/**
 * Who a publication, a join or a presence entry is from.
 *
 * @param user id of the user, empty for an anonymous one
 * @param client id of the connection, unique in the cluster
 * @param connInfo application data of the connection, empty if none
 * @param chanInfo application data of the subscription, empty if none
 */
public record ClientInfo(String user, String client, Payload connInfo, Payload chanInfo) {}
