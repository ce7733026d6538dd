package io.hawser.grid.affinity;

/** What became of the wish to give a client to a node. */
public enum Assigned {
    /** It belongs there now. */
    YES,
    /** The strategy remembers nothing of this client. */
    NOT_REMEMBERED,
    /** The strategy does not want the client there, or the node takes nobody. */
    NOT_A_HOME
}
