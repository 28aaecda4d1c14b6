package io.fleetwall.node.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** What is built in against Logback's own reading of the file that says the same. */
final class BuiltInLoggingTest {
    private static final Path CONF = Path.of("../conf/logback-runner-node.xml");
    private static final String PROPERTY = "logback.configurationFile";

    private final String before = System.getProperty(PROPERTY, "");

    @AfterEach
    void restore() {
        if (before.isEmpty()) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void everyLineIsTheOneThatThePatternMakes() throws Exception {
        LoggerContext read = new LoggerContext();
        JoranConfigurator joran = new JoranConfigurator();
        joran.setContext(read);
        joran.doConfigure(CONF.toFile());
        LoggerContext built =
                configured(CONF.toString(), ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        List<ILoggingEvent> events = events();
        for (ILoggingEvent event : events) {
            assertEquals(line(read, event), line(built, event));
        }
        assertTrue(line(built, events.getLast()).contains("Caused by"));
    }

    @Test
    void theLevelsAreThoseOfTheFile() throws Exception {
        LoggerContext read = new LoggerContext();
        JoranConfigurator joran = new JoranConfigurator();
        joran.setContext(read);
        joran.doConfigure(CONF.toFile());
        LoggerContext built =
                configured(CONF.toString(), ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        for (String name : List.of("ROOT", "io.netty.x", "io.vertx.core", "io.fleetwall.node")) {
            assertEquals(
                    read.getLogger(name).getEffectiveLevel(),
                    built.getLogger(name).getEffectiveLevel());
        }
    }

    @Test
    void aFileThatWasChangedIsReadByLogback(@TempDir Path directory) throws Exception {
        String text = Files.readString(CONF).replace("\"INFO\"", "\"DEBUG\"");
        Path changed = Files.writeString(directory.resolve("logback.xml"), text);
        configured(changed.toString(), ExecutionStatus.INVOKE_NEXT_IF_ANY);
        configured(directory + "/none.xml", ExecutionStatus.INVOKE_NEXT_IF_ANY);
    }

    @Test
    void theFileToBeChangedIsWhatIsBuiltIn() throws IOException {
        try (var built = BuiltInLogging.class.getResourceAsStream(BuiltInLogging.FILE)) {
            assertEquals(
                    Files.readString(CONF),
                    new String(
                            Objects.requireNonNull(built).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static LoggerContext configured(String file, ExecutionStatus expected) {
        System.setProperty(PROPERTY, file);
        LoggerContext context = new LoggerContext();
        BuiltInLogging logging = new BuiltInLogging();
        logging.setContext(context);
        assertEquals(expected, logging.configure(context));
        return context;
    }

    private static String line(LoggerContext context, ILoggingEvent event) {
        var stderr =
                (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("stderr");
        return new String(stderr.getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    private static List<ILoggingEvent> events() {
        LoggerContext context = new LoggerContext();
        ListAppender<ILoggingEvent> list = new ListAppender<>();
        list.start();
        context.getLogger("ROOT").addAppender(list);
        Logger log = context.getLogger("io.fleetwall.node.Agent");
        log.atInfo().addKeyValue("n", 1).addKeyValue("text", "a \"b\" ü").log("message");
        log.atWarn().log("nothing more");
        log.atError().addKeyValue("k", (Object) null).log("null {}", 7);
        context.getLogger("plain").debug("below the root");
        IOException suppressing = new IOException("outer", new IllegalStateException("inner"));
        suppressing.addSuppressed(new RuntimeException("beside"));
        log.atError().setCause(suppressing).addKeyValue("k", "v").log("failed");
        return list.list;
    }
}
