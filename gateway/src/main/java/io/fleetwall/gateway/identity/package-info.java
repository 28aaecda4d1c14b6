/** Who is who: fleet certificate authority, signing key, tokens, enrolment. */
@NullMarked
package io.fleetwall.gateway.identity;

import org.jspecify.annotations.NullMarked;
