/** The local socket on which CI hooks announce jobs. */
@NullMarked
package io.fleetwall.node.job;

import org.jspecify.annotations.NullMarked;
