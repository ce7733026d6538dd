/** What nodes measure of themselves, and where others read it. */
@NullMarked
package io.hawser.grid.metrics;

import org.jspecify.annotations.NullMarked;
