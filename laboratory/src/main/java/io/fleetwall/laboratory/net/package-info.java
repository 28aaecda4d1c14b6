/** Network namespaces, the veth pairs that join them, and the laboratory made of them. */
@NullMarked
package io.fleetwall.laboratory.net;

import org.jspecify.annotations.NullMarked;
