/** The policy document as its author wrote it: model and reader. */
@NullMarked
package io.fleetwall.policy.document;

import org.jspecify.annotations.NullMarked;
