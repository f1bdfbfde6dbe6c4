package dev.penstock.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What an instance says of itself: the answer to {@code PUT /v1/grant} and to {@code GET
 * /v1/report?after=N}.
 *
 * @param incarnation identity of this process, an {@link Incarnation}
 * @param sequence number of this state; grows by one with each change that matters (a client starts
 *     or ceases to wait, the grant changes, {@code held} comes down to the grant, demand moves, a
 *     drain begins). {@code after=N} is answered as soon as {@code sequence > N}, and otherwise
 *     after 25 seconds, or as many as the request's {@code Prefer: wait=} says, from 5 to 120
 * @param round the highest round accepted, 0 before the first grant
 * @param grant the grant of that round, 0 before the first
 * @param held server connections open as the server counts them: connecting, in use, idle, and
 *     closing until the server's end of stream is read
 * @param active server connections linked to a client
 * @param idle server connections ready for a client
 * @param waiting clients that wait for a server connection
 * @param oldestWaitMillis how long the first of them has waited, 0 when none does
 * @param clients client connections
 * @param draining whether the instance has stopped accepting clients and is on its way out
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstanceReport(
    String incarnation,
    long sequence,
    long round,
    int grant,
    int held,
    int active,
    int idle,
    int waiting,
    long oldestWaitMillis,
    int clients,
    boolean draining) {}
