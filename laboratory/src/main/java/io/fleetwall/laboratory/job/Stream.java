package io.fleetwall.laboratory.job;

/** Something a job keeps doing, in a thread of its own, until it is closed. */
sealed interface Stream extends AutoCloseable permits DownloadStream, EchoStream, ProbeStream {
    /** How it is doing. */
    Observation look();

    /** Ends it. */
    @Override
    void close();
}
