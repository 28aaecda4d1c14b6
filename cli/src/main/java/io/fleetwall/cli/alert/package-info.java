/** Commands about alerts: what could not be delivered, and what is not to be sent. */
@NullMarked
package io.fleetwall.cli.alert;

import org.jspecify.annotations.NullMarked;
