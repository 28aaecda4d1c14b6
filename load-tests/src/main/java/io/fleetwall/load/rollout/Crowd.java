package io.fleetwall.load.rollout;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Many clients in a process of their own, told what to do on standard input, a line each, and
 * answering each on standard output with a line of JSON. The process ends with its input.
 */
interface Crowd {
    /** Connects all that are not; returns when all are, or when {@code millis} are over. */
    JsonObject connect(long millis) throws InterruptedException;

    /** Makes so many of them silent: half stop to read, half are gone. */
    JsonObject silence(int count);

    /** Who acknowledged what. */
    Acknowledgements acknowledgements();

    /** Does as told until standard input ends. */
    static void serve(Crowd crowd) throws IOException, InterruptedException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say(new JsonObject().put("ready", true));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            say(
                    switch (words[0]) {
                        case "connect" -> crowd.connect(Long.parseLong(words[1]));
                        case "silence" -> crowd.silence(Integer.parseInt(words[1]));
                        case "await" ->
                                crowd.acknowledgements()
                                        .await(
                                                Long.parseLong(words[1]),
                                                Long.parseLong(words[2]),
                                                new Acknowledgements.Wanted(
                                                        Integer.parseInt(words[3]),
                                                        Long.parseLong(words[4])));
                        default -> throw new IllegalArgumentException(line);
                    });
        }
        System.exit(0);
    }

    private static void say(JsonObject answer) {
        System.out.println(answer.encode());
        System.out.flush();
    }
}
