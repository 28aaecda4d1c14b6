package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.Network;
import java.time.Instant;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * What the link's listener shows. The key lives in memory only; every start and every renewal makes
 * a new one.
 *
 * @param key PEM, PKCS #8
 * @param chain PEM, the listener's certificate and then the CA's, so that a node can pin the CA
 * @param until when the certificate ends
 */
public record ServerIdentity(String key, String chain, Instant until) {
    /** A name every gateway's certificate carries, for nodes that reach it by another one. */
    public static final String COMMON_NAME = "gateway.fleetwall";

    static GeneralName name(String text) {
        boolean literal = text.indexOf('/') < 0 && Network.parse(text).isPresent();
        return new GeneralName(literal ? GeneralName.iPAddress : GeneralName.dNSName, text);
    }

    @Override
    public String toString() {
        return "ServerIdentity[(secret)]";
    }
}
