package io.fleetwall.gateway.sink;

import io.vertx.core.Future;
import java.util.List;

/** How a target's parcels leave the gateway: HTTP, syslog over TLS, a file. */
sealed interface Transport permits HttpTransport, SyslogTransport, FileTransport {
    /**
     * Sends once; never fails, what went wrong is the attempt's outcome. May block: callers are on
     * a virtual thread.
     */
    Future<Attempt> send(List<Due> alerts, Parcel parcel);
}
