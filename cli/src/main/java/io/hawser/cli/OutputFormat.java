package io.hawser.cli;

/** How a command prints what it found. */
enum OutputFormat {
    /** For people. */
    TABLE,
    /** For programs: one JSON value, or one a line. */
    JSON;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return switch (this) {
            case TABLE -> "table";
            case JSON -> "json";
        };
    }
}
