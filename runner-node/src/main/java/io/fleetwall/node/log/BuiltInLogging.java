package io.fleetwall.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What conf/logback-runner-node.xml says, without reading it. A file that says anything else, and a
 * {@code logback.xml} of a program that has the agent in it, is left to Logback.
 *
 * <p>Reading it takes three hundred classes and a tenth of a second of the time in which a machine
 * that boots answers no question.
 */
public final class BuiltInLogging extends ContextAwareBase implements Configurator {
    static final String FILE = "/logback-runner-node.xml";
    private static final String PROPERTY = "logback.configurationFile";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (!isBuiltIn(System.getProperty(PROPERTY, ""))) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        LineEncoder encoder = new LineEncoder();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(stderr);
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static boolean isBuiltIn(String file) {
        if (file.isEmpty()) {
            return BuiltInLogging.class.getResource("/logback.xml") == null;
        }
        try (InputStream built = BuiltInLogging.class.getResourceAsStream(FILE)) {
            return built != null
                    && Arrays.equals(built.readAllBytes(), Files.readAllBytes(Path.of(file)));
        } catch (IOException | InvalidPathException e) {
            return false; // a URL, or nothing: Logback says so
        }
    }
}
