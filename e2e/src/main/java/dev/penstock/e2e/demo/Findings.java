package dev.penstock.e2e.demo;

import dev.penstock.e2e.client.Ledger;
import dev.penstock.e2e.client.Stats;
import dev.penstock.e2e.sampler.Summary;
import java.util.ArrayList;
import java.util.List;

/**
 * What was found out in the end, and whether it is what Penstock claims.
 *
 * @param budget connections the pool was allowed
 * @param highestBounds the largest sum of the ledger that was seen
 * @param server what the server itself had, over the whole time
 * @param clients what the clients counted
 * @param clientRestarts clients that lost their counters
 * @param ledger what the database says of the transfers
 */
public record Findings(
    int budget,
    int highestBounds,
    Summary server,
    Stats clients,
    int clientRestarts,
    Ledger ledger) {

  /** Every way in which the claim does not hold, in words; empty when it does. */
  public List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    if (budget < 1) {
      complaints.add("the budget never became known");
    }
    if (server.peak() > budget) {
      complaints.add(
          "the server had %d connections at %s, over the budget of %d"
              .formatted(server.peak(), server.peakAt(), budget));
    }
    if (highestBounds > budget) {
      complaints.add(
          "the ledger summed up to %d, over the budget of %d".formatted(highestBounds, budget));
    }
    if (!server.keptItsRate()) {
      complaints.add(
          "the sampler missed %d of %d moments: its peak proves nothing"
              .formatted(server.missed(), server.missed() + server.samples()));
    }
    if (clients.failed() > 0) {
      complaints.add("%d transactions failed: %s".formatted(clients.failed(), clients.failures()));
    }
    if (clients.done() == 0) {
      complaints.add("no transaction was done");
    }
    if (clientRestarts > 0) {
      complaints.add("the clients restarted %d times and lost counts".formatted(clientRestarts));
    }
    if (!ledger.balances()) {
      complaints.add("the accounts do not balance: " + ledger);
    }
    if (clients.failed() == 0 && clientRestarts == 0 && ledger.transfers() != clients.done()) {
      complaints.add(
          "the clients did %d transactions, the database recorded %d"
              .formatted(clients.done(), ledger.transfers()));
    }
    return complaints;
  }
}
