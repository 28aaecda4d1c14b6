package io.fleetwall.node.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool|--token|S3CRET",
                "tool|--token=S3CRET",
                "tool|--api-key=S3CRET",
                "tool|-password|S3CRET",
                "tool|--db-password|S3CRET x",
                "curl|-H|Authorization: Bearer S3CRET|https://a.example",
                "curl|-H|authorization: S3CRET two words S3CRET",
                "curl|-HX-Api-Key: S3CRET",
                "curl|--header=Private-Token: S3CRET",
                "curl|-H|Cookie: a=S3CRET; b=S3CRET",
                "curl|-u|me:S3CRET|https://a.example",
                "curl|--user|me:S3CRET",
                "git|clone|https://me:S3CRET@git.example/x.git",
                "git|clone|https://S3CRET@git.example/x.git",
                "curl|https://a.example/?x=1&access_token=S3CRET&y=2",
                "env|GITHUB_TOKEN=S3CRET|make",
                "env|AWS_SECRET_ACCESS_KEY=S3CRET a\"b S3CRET|make",
                "docker|run|-e|NPM_PASSWORD=S3CRET|image",
                "docker|run|-eSIGNING_KEY=S3CRET|image",
                "sh|-c|curl -H 'Authorization: token S3CRET' https://a.example",
                "sh|-c|DB_PASSWORD=\"S3CRET S3CRET\" ./migrate",
                "sh|-c|tool --token S3CRET --verbose",
                "sh|-c|curl -u me:S3CRET https://a.example",
                "sh|-c|wget https://me:S3CRET@a.example",
                "echo|ghp_S3CRETS3CRETS3CRET",
                "echo|x eyJhbGciOiJIUzI1NiJ9.S3CRET.S3CRET",
                "bash|-c|echo $1|Bearer S3CRET",
                "/usr/bin/mysql|-pS3CRET",
                "sshpass|-p|S3CRET|ssh|host",
                "docker|login|-u|me|-p|S3CRET|registry.example",
                "redis-cli|-a|S3CRET",
                "curl|-b|session=S3CRET",
                "curl|-u|S3CRET:|https://a.example",
                "curl|-uS3CRET:x|https://a.example",
                "curl|-d|{\"password\": \"S3CRET\"}",
                "sh|-c|curl -d '{\\\"api_key\\\":\\\"S3CRET S3CRET\\\"}'",
                "curl|https://a.example/blob?sv=1&sig=S3CRET",
                "curl|https://hooks.slack.com/services/T0/B0/S3CRET",
                "openssl|rsa|-passin|pass:S3CRET",
                "tool|AccountName=a;AccountKey=S3CRET;x=y",
                "tool|--pat|S3CRET",
                "echo|-----BEGIN EC PRIVATE KEY-----\nS3CRET\nS3CRET",
                "echo|AIzaS3CRETS3CRET",
                "echo|dckr_pat_S3CRET",
                "echo|SG.S3CRET.S3CRET",
                "echo|sk_live_S3CRET",
                "echo|fwt_S3CRET",
                "echo|whsec_S3CRET"
            })
    void secretsAreTakenOut(String arguments) {
        String line = CommandLine.of(Arrays.asList(arguments.split("\\|", -1)));
        assertFalse(line.contains("S3CRET"), line);
        assertTrue(line.contains("***"), line);
        assertTrue(line.startsWith(arguments.substring(0, arguments.indexOf('|'))), line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "curl|-sS|--max-time|3|https://registry.npmjs.org/left-pad",
                "git|commit|--author|Alice|-m|x",
                "ssh|-p|22|host.example",
                "make|CC=clang|-j2",
                "node|--max-old-space-size=4096|server.js",
                "tar|--exclude=monkey|-xf|a.tar"
            })
    void everythingElseStays(String arguments) {
        List<String> words = Arrays.asList(arguments.split("\\|", -1));
        assertEquals(String.join(" ", words), CommandLine.of(words));
    }

    /** Regular expressions that back up took seconds for 4 kB, and hours for what /proc gives. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.",
                "-",
                "key",
                "a=",
                "token:",
                "token=",
                "--token ",
                "://",
                "://a",
                "\"",
                "'",
                " ",
                "\\",
                "-u",
                " -u=",
                "basic ",
                "-eyJ",
                "eyJaaaaaaaa",
                "-----BEGIN ",
                "sk-",
                "x\u0000\n"
            })
    void whatAProcessCallsItselfCostsNoMoreThanItsFirstFourKilobytes(String part) {
        List<String> words = List.of("tool", part.repeat(2_000_000 / part.length()), "more");
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertTrue(CommandLine.of(words).length() <= 2 * 4_096 + 100));
    }

    @Test
    void aWordWithSpacesIsQuotedAndWhatATerminalWouldObeyIsNot() {
        assertEquals(
                "sh -c \"echo \\\"a b\\\"\" ?[31m?",
                CommandLine.of(List.of("sh", "-c", "echo \"a b\"", "\u001b[31m\n")));
    }
}
