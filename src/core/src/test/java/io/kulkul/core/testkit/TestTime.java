package io.kulkul.core.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock and a nanosecond time that move only when a test moves them. */
public final class TestTime extends Clock {

    /** Where every test begins. */
    public static final long START = Instant.parse("2026-11-21T08:00:00Z").toEpochMilli();

    private long millis = START;
    private long nanos = 1_000_000_000L;

    /** Moves both forward. */
    public void advance(Duration by) {
        millis += by.toMillis();
        nanos += by.toNanos();
    }

    /** Sets the wall clock alone, as an administrator or NTP would. */
    public void setMillis(long now) {
        millis = now;
    }

    public long nanos() {
        return nanos;
    }

    @Override
    public long millis() {
        return millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
