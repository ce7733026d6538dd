/** The program: its commands, what they print and how they fail. */
@NullMarked
package io.hawser.cli;

import org.jspecify.annotations.NullMarked;
