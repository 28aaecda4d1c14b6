package io.fleetwall.gateway.config;

import io.fleetwall.gateway.config.GatewayConfig.Cluster;
import io.fleetwall.gateway.config.GatewayConfig.Lite;
import io.fleetwall.gateway.config.GatewayConfig.Store;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * The settings of what gateways share: the store and the cluster. They are read together, because a
 * cluster is only allowed on a store that all its members reach.
 */
final class StoreReader {
    private static final int LEAST_SECRET = 32;
    private static final String JDBC = "jdbc:";
    private final Credentials credentials;

    StoreReader(Credentials credentials) {
        this.credentials = credentials;
    }

    Store store(Section store) {
        String type = store.text("type", "sqlite");
        Optional<String> url = store.text("url");
        Optional<Secret> user = credentials.optional(store, "user");
        Optional<Secret> password = credentials.optional(store, "password");
        store.finish();
        return switch (type) {
            case "sqlite" -> {
                if (url.isPresent() || user.isPresent() || password.isPresent()) {
                    store.problem("type", "is sqlite, which has no url, user or password", FIX);
                }
                yield new Store.Embedded();
            }
            case "postgresql" ->
                    new Store.Postgresql(
                            url(store, url.orElse("")),
                            user.map(Secret::reveal).orElse("fleetwall"),
                            password.orElse(new Secret("")));
            default -> {
                store.problem("type", "is not a known store: " + type, "sqlite or postgresql");
                yield new Store.Embedded();
            }
        };
    }

    private static final String FIX = "remove them, or set type: postgresql";

    /** A server elsewhere must show a certificate that fits, unless the settings say otherwise. */
    private static String url(Section store, String text) {
        String plain = text.startsWith(JDBC) ? text.substring(JDBC.length()) : text;
        try {
            URI uri = new URI(plain);
            String query = Optional.ofNullable(uri.getQuery()).orElse("");
            boolean usable =
                    "postgresql".equals(uri.getScheme())
                            && uri.getHost() != null
                            && uri.getUserInfo() == null
                            && !query.contains("password=");
            if (usable) {
                boolean here = new ListenAddress(uri.getHost(), 0).isLoopback();
                String tls = here || query.contains("sslmode=") ? "" : "sslmode=verify-full";
                String joint = tls.isEmpty() ? "" : query.isEmpty() ? "?" : "&";
                return JDBC + plain + joint + tls;
            }
        } catch (URISyntaxException notAUrl) {
            // Reported below without its text: it may hold a password.
        }
        store.problem(
                "url",
                "is not postgresql://host:port/database without a password",
                "credentials belong into userFile and passwordFile");
        return JDBC + "postgresql://localhost/fleetwall";
    }

    Cluster cluster(Section cluster, Store store) {
        ListenAddress bind = cluster.address("bind", "127.0.0.1:5701");
        List<String> members = cluster.texts("members");
        Optional<String> service = cluster.text("kubernetesService");
        Optional<Secret> secret = credentials.optional(cluster, "secret");
        Cluster read =
                new Cluster(
                        cluster.text("name", "fleetwall"),
                        bind,
                        cluster.number("eventBusPort", 0, 0, 65_535),
                        new GatewayConfig.Peers(members, service),
                        secret,
                        lite(cluster));
        for (String member : members) {
            if (ListenAddress.parse(member).isEmpty()) {
                cluster.problem("members", "is not host:port: " + member, "10.0.0.2:5701");
            }
        }
        if (read.lite() == Lite.MEMBER) {
            member(cluster, read, store);
        } else if (store instanceof Store.Embedded) {
            boolean others = !members.isEmpty() || service.isPresent();
            if (others) {
                alone(cluster, members.isEmpty() ? "kubernetesService" : "members");
            }
            if (!bind.isLoopback() && read.lite() == Lite.NONE) {
                alone(cluster, "bind");
            }
        }
        if (store instanceof Store.Postgresql
                && read.lite() != Lite.MEMBER
                && secret.filter(text -> text.reveal().length() >= LEAST_SECRET).isEmpty()) {
            cluster.problem(
                    "secret",
                    "is needed with a shared store: it seals the fleet's keys in there",
                    "secretFile with at least 32 characters, the same for all gateways"
                            + " (openssl rand -base64 32)");
        }
        cluster.finish();
        return read;
    }

    private static Lite lite(Section cluster) {
        String text = cluster.text("lite", "none");
        return switch (text) {
            case "none" -> Lite.NONE;
            case "host" -> Lite.HOST;
            case "member" -> Lite.MEMBER;
            default -> {
                cluster.problem("lite", "is not known: " + text, "none, host or member");
                yield Lite.NONE;
            }
        };
    }

    private static void member(Section cluster, Cluster read, Store store) {
        if (read.peers().equals(GatewayConfig.Peers.NONE)) {
            cluster.problem(
                    "members", "is needed by a lite member", "host:port of at least one gateway");
        }
        if (store instanceof Store.Postgresql) {
            cluster.problem("lite", "is member, which has no store", "remove the store's settings");
        }
    }

    private static void alone(Section cluster, String key) {
        cluster.problem(
                key,
                "is for several gateways, but the store is embedded: a file of one gateway cannot"
                        + " keep the revisions of several in order",
                "set store.type: postgresql; or no members, and bind 127.0.0.1");
    }
}
