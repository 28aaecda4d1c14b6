package io.fleetwall.gateway.identity;

import java.util.Optional;

/** Who presents a bearer token: the gateway's own, or one of the identity provider's. Blocks. */
public final class Doorkeeper {
    private final Tokens tokens;
    private final Optional<Oidc> oidc;

    /** Knows the tokens of a store, and of an identity provider if there is one. */
    public Doorkeeper(Tokens tokens, Optional<Oidc> oidc) {
        this.tokens = tokens;
        this.oidc = oidc;
    }

    /** Who it is; empty when the token is not good. */
    public Optional<Principal> admit(String presented) {
        return presented.startsWith(Tokens.PREFIX)
                ? tokens.principal(presented)
                : oidc.flatMap(provider -> provider.admit(presented));
    }
}
