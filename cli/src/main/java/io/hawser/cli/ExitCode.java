package io.hawser.cli;

/** The exit codes of the program, a contract with scripts. */
final class ExitCode {
    static final int OK = 0;

    /** It was tried and did not work. */
    static final int FAILED = 1;

    /** The command line or the configuration is wrong; nothing was tried. */
    static final int USAGE = 2;

    /** Nobody answered. */
    static final int NOT_REACHABLE = 3;

    /** The key or token is missing, wrong, or not enough. */
    static final int DENIED = 4;

    /** Some of it worked. */
    static final int PARTLY = 5;

    private ExitCode() {}
}
