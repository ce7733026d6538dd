/** How settings become records: files, environment and command line, with what is wrong in them. */
@NullMarked
package io.hawser.server.binding;

import org.jspecify.annotations.NullMarked;
