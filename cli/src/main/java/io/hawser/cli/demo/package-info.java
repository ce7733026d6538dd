/** The demo: a cluster on this machine with a feed, clients, and a way to make nodes fail. */
@NullMarked
package io.hawser.cli.demo;

import org.jspecify.annotations.NullMarked;
