/** The gateway's durable memory: one database, its migrations, transactions and rows. */
@NullMarked
package io.fleetwall.gateway.store;

import org.jspecify.annotations.NullMarked;
