package io.fleetwall.node.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * A line an event, as the pattern {@code %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level %logger{0}
 * %msg %kvp%n%ex} has it, without the parts that patterns are put together from.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    private static final int LEVEL_WIDTH = 5;

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(256);
        time(line, event.getTimeStamp());
        String level = event.getLevel().toString();
        line.append(' ').append(level).repeat(' ', Math.max(0, LEVEL_WIDTH - level.length()));
        String logger = event.getLoggerName();
        line.append(' ').append(logger, logger.lastIndexOf('.') + 1, logger.length());
        line.append(' ').append(event.getFormattedMessage()).append(' ');
        pairs(line, event.getKeyValuePairs());
        line.append(System.lineSeparator());
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void time(StringBuilder line, long millis) {
        LocalDateTime at =
                LocalDateTime.ofEpochSecond(Math.floorDiv(millis, 1000L), 0, ZoneOffset.UTC);
        padded(line, at.getYear(), 4).append('-');
        padded(line, at.getMonthValue(), 2).append('-');
        padded(line, at.getDayOfMonth(), 2).append('T');
        padded(line, at.getHour(), 2).append(':');
        padded(line, at.getMinute(), 2).append(':');
        padded(line, at.getSecond(), 2).append('.');
        padded(line, (int) Math.floorMod(millis, 1000L), 3).append('Z');
    }

    private static StringBuilder padded(StringBuilder line, int number, int width) {
        String digits = Integer.toString(number);
        return line.repeat('0', Math.max(0, width - digits.length())).append(digits);
    }

    private static void pairs(
            StringBuilder line, @org.jspecify.annotations.Nullable List<KeyValuePair> pairs) {
        if (pairs == null) {
            return;
        }
        for (int i = 0; i < pairs.size(); i++) {
            KeyValuePair pair = pairs.get(i);
            line.append(i == 0 ? "" : " ").append(pair.key);
            line.append("=\"").append(pair.value).append('"');
        }
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
