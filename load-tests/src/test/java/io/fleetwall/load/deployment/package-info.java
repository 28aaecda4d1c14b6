/** What `k8s/` and `packaging/` say, held against the code that it deploys. */
@NullMarked
package io.fleetwall.load.deployment;

import org.jspecify.annotations.NullMarked;
