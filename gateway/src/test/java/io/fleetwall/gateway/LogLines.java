package io.fleetwall.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What all loggers say while it is open; read at any time, while many threads write. */
final class LogLines implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    private LogLines(Level level) {
        appender.list = Collections.synchronizedList(new ArrayList<>());
        appender.start();
        root.addAppender(appender);
        root.setLevel(level);
    }

    static LogLines from(Level level) {
        return new LogLines(level);
    }

    /** Each line with its keys and values. */
    List<String> all() {
        return List.copyOf(appender.list).stream()
                .map(line -> line.getFormattedMessage() + line.getKeyValuePairs())
                .toList();
    }

    @Override
    public void close() {
        root.setLevel(before);
        root.detachAppender(appender);
    }
}
