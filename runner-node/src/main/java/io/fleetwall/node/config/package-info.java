/** What the operator sets, checked as a whole before anything starts. */
@NullMarked
package io.fleetwall.node.config;

import org.jspecify.annotations.NullMarked;
