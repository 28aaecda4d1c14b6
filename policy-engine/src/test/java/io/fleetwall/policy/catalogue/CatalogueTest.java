package io.fleetwall.policy.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.fleetwall.policy.Data;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.SourceFile;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static final SourceFile A = SourceFile.of("a.yaml", Data.policy("a", "{}"));
    private static final SourceFile B = SourceFile.of("b.yaml", Data.policy("b", "{}"));
    private static final SourceFile EXPIRING =
            SourceFile.of(
                    "e.yaml",
                    Data.policy(
                            "e",
                            """
                            { allow: [
                              { host: a.example, expires: 2026-05-31T23:59:59Z },
                              { host: b.example, expires: 2026-07-01T00:00:00Z },
                              { host: c.example } ],
                              deny: [ { host: d.example, expires: 2026-06-15T02:00:00+02:00 } ] }
                            """));

    @Test
    void equal_sources_have_equal_digests_whatever_revision_and_instant() {
        assertArrayEquals(Data.catalogue(A, B).digest(), Data.catalogue(B, A).digest());
        assertArrayEquals(
                Data.catalogue(A, B).digest(),
                read(9, Instant.EPOCH, List.of(A, B)).catalogue().digest());
    }

    @Test
    void paths_and_contents_are_part_of_the_digest() {
        byte[] digest = Data.catalogue(A).digest();
        SourceFile moved = new SourceFile("c.yaml", A.bytes());
        SourceFile commented = SourceFile.of("a.yaml", A.text() + "# more\n");
        assertFalse(Arrays.equals(digest, Data.catalogue(moved).digest()));
        assertFalse(Arrays.equals(digest, Data.catalogue(commented).digest()));
        assertFalse(Arrays.equals(digest, Data.catalogue(A, B).digest()));
    }

    @Test
    void the_next_expiry_is_the_first_after_the_instant() {
        Catalogue now = Data.catalogue(EXPIRING);
        assertEquals(Optional.of(Instant.parse("2026-06-15T00:00:00Z")), now.nextExpiry());
        Instant then = now.nextExpiry().orElseThrow();
        Catalogue later = read(2, then, List.of(EXPIRING)).catalogue();
        assertEquals(Optional.of(Instant.parse("2026-07-01T00:00:00Z")), later.nextExpiry());
        Instant last = later.nextExpiry().orElseThrow();
        assertEquals(Optional.empty(), read(3, last, List.of(EXPIRING)).catalogue().nextExpiry());
    }

    @Test
    void an_expired_rule_is_a_warning_and_not_in_force() {
        Catalogue.Reading.Read read = read(1, Data.NOW, List.of(EXPIRING));
        assertEquals(
                List.of("e.yaml:5:3 FW-P052"),
                read.warnings().stream().map(CatalogueTest::placed).toList());
        Scope scope = new Scope(new TreeSet<>(), Optional.empty());
        assertEquals(2, read.catalogue().effective(scope).allow().size());
    }

    @Test
    void a_broken_source_is_refused_with_all_problems() {
        SourceFile broken = SourceFile.of("x.yaml", "spec: { mod: audit }\n");
        Catalogue.Reading reading = Catalogue.read(1, Data.NOW, List.of(A, broken));
        assertEquals(
                4, assertInstanceOf(Catalogue.Reading.Refused.class, reading).problems().size());
    }

    @Test
    void an_empty_catalogue_denies_everything() {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        assertEquals(EffectivePolicy.DENY_ALL, Catalogue.empty(0, Data.NOW).effective(scope));
        assertEquals(EffectivePolicy.DENY_ALL, Data.catalogue().effective(scope));
    }

    private static Catalogue.Reading.Read read(
            long revision, Instant asOf, List<SourceFile> files) {
        return assertInstanceOf(
                Catalogue.Reading.Read.class, Catalogue.read(revision, asOf, files));
    }

    private static String placed(Problem problem) {
        return problem.origin() + " " + problem.code();
    }
}
