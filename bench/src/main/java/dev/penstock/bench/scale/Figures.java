package dev.penstock.bench.scale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;
import java.util.Map;

/**
 * What was seen in one run.
 *
 * @param servers DatabaseServers
 * @param pools ConnectionPools
 * @param instances pods, when nothing changed
 * @param flags of the operator's JVM
 * @param cores of the machine
 * @param load of the machine over 1, 5 and 15 minutes, at the end of the steady time
 * @param startSeconds from the operator's start to the last instance's first grant, while pools and
 *     pods are made
 * @param steadySeconds how long nothing changed
 * @param cpuPercent of one core that the operator used then
 * @param residentMiB of the operator after that
 * @param peakMiB the most the operator ever used
 * @param threads of the operator
 * @param descriptors that the operator had open
 * @param idleRequests that the API server answered in that time, by verb and resource
 * @param changes of replica counts; each was measured up and made undone
 * @param deployment milliseconds until the Deployment was changed
 * @param grant milliseconds until the new instance had its grant
 * @param changeRequests that the API server answered during the changes
 * @param changeSeconds how long they took together
 * @param complaints warnings and errors in the operator's log
 */
record Figures(
    int servers,
    int pools,
    int instances,
    String flags,
    int cores,
    String load,
    double startSeconds,
    double steadySeconds,
    double cpuPercent,
    long residentMiB,
    long peakMiB,
    int threads,
    long descriptors,
    Map<String, Long> idleRequests,
    int changes,
    Reactions.Spread deployment,
    Reactions.Spread grant,
    Map<String, Long> changeRequests,
    double changeSeconds,
    long complaints) {

  String json() throws JsonProcessingException {
    return new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(this);
  }

  String table() {
    ApiRequests idle = new ApiRequests(idleRequests);
    ApiRequests busy = new ApiRequests(changeRequests);
    double each = Math.max(1, 2.0 * changes);
    return String.format(
        Locale.ROOT,
        """
        size                           %d servers, %d pools, %d instances
        machine                        %d cores, load average %s
        operator's JVM                 %s
        start to the last first grant  %.0f s
        steady: CPU                    %.1f %% of a core over %.0f s
        steady: memory                 %d MiB resident, %d at its most
        steady: threads                %d, and %d descriptors
        steady: API requests           %.1f a second, %.1f of them writes
        reaction: pod to grant         %s over %d
        reaction: pool to Deployment   %s
        writes for each change         %.1f DatabaseServer status, %.1f ConnectionPool status, %.1f in all
        changes                        %d up and as many down, in %.0f s
        operator's log                 %d warnings and errors
        """,
        servers,
        pools,
        instances,
        cores,
        load,
        flags,
        startSeconds,
        cpuPercent,
        steadySeconds,
        residentMiB,
        peakMiB,
        threads,
        descriptors,
        idle.total() / steadySeconds,
        idle.writes() / steadySeconds,
        spread(grant),
        changes,
        spread(deployment),
        busy.statusWrites("databaseservers") / each,
        busy.statusWrites("connectionpools") / each,
        busy.writes() / each,
        changes,
        changeSeconds,
        complaints);
  }

  private static String spread(Reactions.Spread spread) {
    return String.format(
        Locale.ROOT,
        "p50 %.0f ms, p99 %.0f ms, max %.0f ms",
        spread.p50(),
        spread.p99(),
        spread.max());
  }
}
