/** What a node is told: checked records, the loader that fills them, the reference, and logging. */
@NullMarked
package io.hawser.server.config;

import org.jspecify.annotations.NullMarked;
