/** A policy flattened into tables that a kernel can search; its canonical bytes and digest. */
@NullMarked
package io.fleetwall.policy.compiled;

import org.jspecify.annotations.NullMarked;
