/*
 * The ledger's protocol: two operators, a few instances, one budget, and a world that does its worst.
 * README.md says which rule is which method of the code, and how to read a counterexample. `check` runs all of it.
 *
 * Constants (-D): INSTANCES processes alive at once, IDS places for identities (an ended process keeps its own until
 * it is forgotten), BUDGET, SHRUNK (the budget also takes this value), IN_FLIGHT grants on their way to one instance.
 * CRASHES, if given, is how often a process may crash; without it there is no limit to that.
 * Switches: CLOSING (a closing connection is told from an open one), LATE (a report may arrive after its sender was
 * forgotten), CALM (faults cease at some time: for `progress`), BUG_... (one rule broken: spin must find it).
 */
#ifndef INSTANCES
#define INSTANCES 2
#endif
#ifndef IDS
#define IDS 3
#endif
#ifndef BUDGET
#define BUDGET 4
#endif
#ifndef IN_FLIGHT
#define IN_FLIGHT 2
#endif

#if IDS == 2
#define EACH(rule) rule(0) rule(1)
#define SUM(of) (of(0) + of(1))
#define ALL(of) (of(0) && of(1))
#elif IDS == 3
#define EACH(rule) rule(0) rule(1) rule(2)
#define SUM(of) (of(0) + of(1) + of(2))
#define ALL(of) (of(0) && of(1) && of(2))
#else
#define EACH(rule) rule(0) rule(1) rule(2) rule(3)
#define SUM(of) (of(0) + of(1) + of(2) + of(3))
#define ALL(of) (of(0) && of(1) && of(2) && of(3))
#endif
#if BUDGET == 4
#define EACH_GRANT(rule, i) rule(i, 0) rule(i, 1) rule(i, 2) rule(i, 3) rule(i, 4)
#elif BUDGET == 3
#define EACH_GRANT(rule, i) rule(i, 0) rule(i, 1) rule(i, 2) rule(i, 3)
#else
#define EACH_GRANT(rule, i) rule(i, 0) rule(i, 1) rule(i, 2)
#endif
#if IN_FLIGHT == 2
#define EACH_ROUND(rule, i) rule(i, 1) rule(i, 2)
#else
#define EACH_ROUND(rule, i) rule(i, 1) rule(i, 2) rule(i, 3)
#endif

/* ---- The world ---- */

/* Life of an identity (pod UID and incarnation). A restarted process is another identity. */
#define UNUSED 0
#define RUNNING 1
#define ENDED 2
#define FORGOTTEN 3 /* and an operator may still have its last report */

typedef Instance {
  unsigned life : 2;
  unsigned round : 3; /* of the grant in force: the GrantRegister's */
  unsigned grant : 3;
  unsigned open : 3; /* connections as the server counts them; those of an ended process until it notices */
#ifdef CLOSING
  unsigned closing : 3; /* Terminate is sent, the server has not ended them yet */
#endif
#ifdef BUG_SAME_INCARNATION
  unsigned orphans : 3;
#endif
}
Instance instance[IDS];

/*
 * The network keeps what was sent and delivers it at any time, in any order, again, or never. What cannot matter any
 * more is dropped: grants of rounds that would be refused, reports of rounds that are over.
 */
typedef Network {
  byte told[IN_FLIGHT + 1]; /* by round: the grant and 1; 0 for none */
  bit reported; /* the round of the entry, with held <= grant */
}
Network network[IDS];

byte budget = BUDGET;

/* ---- The ledger, as it is stored ---- */

typedef Entry {
  bit there;
  unsigned bound : 3;
  unsigned grant : 3;
  unsigned round : 3;
#ifdef LATE
  bit late; /* taken in again after its end was confirmed: it counts what no one holds */
#endif
}
Entry entry[IDS];

/* ---- What an operator has in memory ---- */

#define IDLE 0
#define DECIDED 1 /* has computed a ledger from one that it has read; not written yet */
#define STALE 2 /* the same, and another has written since */

/* The ledger it computed, as the difference from the one it read: one entry. */
typedef Pass {
  unsigned phase : 2;
  unsigned id : 2;
  bit forgets;
  bit decides;
  unsigned bound : 3;
  unsigned grant : 3;
}
Pass pass[2];

#ifdef SHRUNK
byte known[2]; /* the budget as the server said when last asked; 0 before */
#define KNOWN(o) known[o]
#define UNKNOW(o) known[o] = 0
#else
#define KNOWN(o) budget
#define UNKNOW(o) skip
#endif

bit calm; /* the faults have ceased */
#ifdef CRASHES
byte crashes = CRASHES;
#define MAY_CRASH (crashes > 0)
#define CRASHED crashes--
#else
#define MAY_CRASH true
#define CRASHED skip
#endif

/* ---- What is derived ---- */

#ifdef CLOSING
#define CLOSING_OF(i) instance[i].closing
#else
#define CLOSING_OF(i) 0
#endif
#ifdef BUG_SAME_INCARNATION
#define ORPHANS(i) instance[i].orphans
#else
#define ORPHANS(i) 0
#endif
#define COUNTED(i) (instance[i].open + CLOSING_OF(i) + ORPHANS(i)) /* what the server counts */
#ifdef BUG_CLOSING_IS_GONE
#define HELD(i) (instance[i].open)
#else
#define HELD(i) (instance[i].open + CLOSING_OF(i)) /* what the instance reports */
#endif
#define BOUND(i) entry[i].bound
#define GRANTED(i) entry[i].grant
#ifdef LATE
#define LIVE_BOUND(i) (entry[i].late -> 0 : entry[i].bound)
#else
#define LIVE_BOUND(i) entry[i].bound
#endif
#define IS_RUNNING(i) (instance[i].life == RUNNING)
#define committed SUM(BOUND)
#define held SUM(COUNTED)

#ifdef BUG_REUSE_BEFORE_ACKNOWLEDGEMENT
#define FREE(o) (KNOWN(o) - SUM(GRANTED))
#else
#define FREE(o) (KNOWN(o) - committed)
#endif

/* ---- The law ---- */

/*
 * The largest budget that has not been left: that of the server and those that an operator still goes by; while the
 * bounds exceed all of these, what they came down to.
 */
byte largest = BUDGET;

inline law() {
  assert(held <= committed);
  if
#ifdef SHRUNK
  :: SUM(LIVE_BOUND) <= budget || SUM(LIVE_BOUND) <= known[0] || SUM(LIVE_BOUND) <= known[1] ->
    largest = (budget > known[0] -> budget : known[0]);
    largest = (largest > known[1] -> largest : known[1])
#endif
  :: else ->
    assert(SUM(LIVE_BOUND) <= largest);
#ifdef SHRUNK
    largest = SUM(LIVE_BOUND)
#endif
  fi
}

inline lawOf(whose) {
  assert(COUNTED(whose) <= BOUND(whose));
  assert(instance[whose].life != RUNNING || instance[whose].grant <= BOUND(whose));
  law()
}

/* ---- Targets, once it is calm: what is not spoken for by the ended, spread evenly, the first have the rest ---- */

#define ENDED_BOUND(i) (instance[i].life == ENDED -> entry[i].bound : 0)
#define AVAILABLE (budget - SUM(ENDED_BOUND))
#define RUNNERS SUM(IS_RUNNING)
#define OLDER(i) ((i > 0 && IS_RUNNING(0)) + (i > 1 && IS_RUNNING(1)))
#define TARGET(i) (AVAILABLE <= 0 -> 0 : AVAILABLE / RUNNERS + (OLDER(i) < AVAILABLE % RUNNERS))
#define REACHABLE(o, i) \
  (TARGET(i) <= GRANTED(i) -> TARGET(i) : (FREE(o) < 0 -> GRANTED(i) \
    : (TARGET(i) <= BOUND(i) + FREE(o) -> TARGET(i) : BOUND(i) + FREE(o))))
#define SETTLED_AT(i) \
  (instance[i].life == UNUSED || (IS_RUNNING(i) && BOUND(i) == TARGET(i) && GRANTED(i) == TARGET(i) \
    && instance[i].grant == TARGET(i) && HELD(i) <= TARGET(i)))
#define settled (ALL(SETTLED_AT) && committed <= budget)

/* ---- The operator ---- */

#define IS_TOLD(i) (network[i].told[entry[i].round] > 0)

/* A round that no one was told of may be taken for the next one: only the order of rounds matters. */
#ifdef BUG_TELL_ONCE
bit lost[IDS];
#define IS_LOST(i) lost[i]
#else
#define IS_LOST(i) false
#endif

inline nextRound(i) {
#ifdef BUG_TELL_ONCE
  lost[i] = 0;
#endif
  network[i].reported = 0;
  if
  :: entry[i].round == instance[i].round || (entry[i].round <= IN_FLIGHT && IS_TOLD(i)) -> entry[i].round++
  :: else
  fi
}

/* The network is full: the oldest grant in it is lost. */
inline makeRoom(i) {
  if
  :: entry[i].round > IN_FLIGHT ->
    network[i].told[1] = network[i].told[2];
#if IN_FLIGHT == 3
    network[i].told[2] = network[i].told[3];
#endif
    network[i].told[IN_FLIGHT] = 0;
    entry[i].round--;
    if
    :: instance[i].round > 0 -> instance[i].round--
    :: else
    fi
  :: else
  fi
}

/* Ledger.hear: the bound comes down once the very round of the lowering is acknowledged. */
#ifdef BUG_NEVER_HEAR
#define MAY_HEAR(o, i) false
#else
#define MAY_HEAR(o, i) (pass[o].phase == IDLE && entry[i].there && network[i].reported)
#endif
inline hear(o, i) {
  printf("operator %d: hear %d, bound %d -> %d\n", o, i, BOUND(i), GRANTED(i));
  pass[o].phase = DECIDED;
  pass[o].id = i;
  pass[o].bound = GRANTED(i);
  pass[o].grant = GRANTED(i)
}

/* Ledger.forget: only who is confirmed to hold nothing, for ever (Roster.gone). */
#if defined(BUG_FORGET_UNCONFIRMED)
#define IS_GONE(i) (instance[i].life == ENDED)
#elif defined(BUG_FORGET_RUNNING)
#define IS_GONE(i) (instance[i].life != UNUSED && COUNTED(i) == 0)
#elif defined(BUG_NEVER_FORGET)
#define IS_GONE(i) false
#else
#define IS_GONE(i) (instance[i].life == ENDED && COUNTED(i) == 0)
#endif
#define MAY_FORGET(o, i) (pass[o].phase == IDLE && entry[i].there && IS_GONE(i))
inline forget(o, i) {
  printf("operator %d: forget %d\n", o, i);
  pass[o].phase = DECIDED;
  pass[o].id = i;
  pass[o].forgets = 1
}

/* Ledger.plan: a lowering leaves the bound; a raise is paid out of what no bound speaks for, and none while over. */
#ifdef BUG_RAISE_OVER_BUDGET
#define MAY_RAISE(o, i, g) (g <= (BOUND(i) > KNOWN(o) - BOUND(i) -> BOUND(i) : KNOWN(o) - BOUND(i)))
#else
#define MAY_RAISE(o, i, g) (FREE(o) >= 0 && g <= BOUND(i) + FREE(o))
#endif
#ifdef CALM
#define WANTS(o, i, g) (!calm || (KNOWN(o) == budget && IS_RUNNING(i) && g == REACHABLE(o, i)))
#else
#define WANTS(o, i, g) true
#endif
#ifdef LATE
#define MAY_THINK_RUNNING(i) (IS_RUNNING(i) || (!calm && instance[i].life == ENDED && entry[i].there))
#else
#define MAY_THINK_RUNNING(i) IS_RUNNING(i)
#endif
#define MAY_PLAN(o, i, g) \
  (pass[o].phase == IDLE && MAY_THINK_RUNNING(i) && KNOWN(o) > 0 \
    && g != GRANTED(i) && (g < GRANTED(i) || MAY_RAISE(o, i, g)) && WANTS(o, i, g))
inline plan(o, i, g) {
  printf("operator %d: plan %d, grant %d -> %d (bound %d, committed %d, budget %d)\n",
    o, i, GRANTED(i), g, BOUND(i), committed, KNOWN(o));
  pass[o].phase = DECIDED;
  pass[o].id = i;
  pass[o].decides = 1;
  pass[o].grant = g;
#ifdef BUG_LOWER_AT_ONCE
  pass[o].bound = g;
#else
  pass[o].bound = (g > BOUND(i) -> g : BOUND(i));
#endif
#ifdef BUG_TELL_BEFORE_WRITE
  nextRound(i);
  makeRoom(i);
  network[i].told[entry[i].round] = g + 1;
#endif
}

inline forgetAll(i) {
  instance[i].life = UNUSED;
  instance[i].round = 0;
  instance[i].grant = 0
}

inline endPass(who) {
  pass[who].phase = IDLE;
  pass[who].id = 0;
  pass[who].forgets = 0;
  pass[who].decides = 0;
  pass[who].bound = 0;
  pass[who].grant = 0
}

/*
 * Ledger.outstanding: what is written and not accepted is told, by any operator, again and again. To the network it is
 * given as soon as it is written: one who dies before telling cannot be told from a grant that is lost. With TELL_LATER
 * telling is a step of its own, and what the network has it may lose for good.
 */
#define MAY_TELL(o, i) \
  (pass[o].phase == IDLE && entry[i].there && IS_RUNNING(i) && !IS_LOST(i) && entry[i].round > instance[i].round \
    && (entry[i].round > IN_FLIGHT || !IS_TOLD(i)))
inline tell(o, i) {
  makeRoom(i);
  printf("operator %d: tell %d round %d grant %d\n", o, i, entry[i].round, GRANTED(i));
  network[i].told[entry[i].round] = GRANTED(i) + 1
}

/* The store's write: by compare-and-set. What was computed from an older ledger is void. */
#ifdef BUG_NO_COMPARE_AND_SET
#define IS_WRITABLE(o) (pass[o].phase != IDLE)
#define IS_VOID(o) false
#else
#define IS_WRITABLE(o) (pass[o].phase == DECIDED)
#define IS_VOID(o) (pass[o].phase == STALE)
#endif
#define MAY_WRITE(o, i) (IS_WRITABLE(o) && pass[o].id == i)
inline write(o, i) {
  printf("operator %d: write %d\n", o, i);
  if
  :: pass[o].forgets ->
    entry[i].there = 0;
    entry[i].bound = 0;
    entry[i].grant = 0;
    entry[i].round = 0;
#ifdef LATE
    entry[i].late = 0;
    instance[i].life = FORGOTTEN;
#else
    forgetAll(i);
#endif
  :: else ->
    if
    :: pass[o].decides -> nextRound(i)
    :: else -> network[i].reported = 0
    fi;
#ifdef LATE
    entry[i].late = entry[i].late || (instance[i].life == FORGOTTEN);
    if
    :: instance[i].life == FORGOTTEN -> instance[i].life = ENDED
    :: else
    fi;
#endif
    entry[i].there = 1;
    entry[i].bound = pass[o].bound;
    entry[i].grant = pass[o].grant;
#ifndef TELL_LATER
    if
    :: pass[o].decides && IS_RUNNING(i) -> tell(o, i)
    :: else
    fi
#endif
  fi;
  endPass(o);
  if
  :: pass[1 - o].phase == DECIDED ->
#ifndef BUG_NO_COMPARE_AND_SET
    endPass(1 - o);
#endif
    pass[1 - o].phase = STALE
  :: else
  fi;
  lawOf(i)
}

inline conflict(o) {
  printf("operator %d: conflict\n", o);
  endPass(o)
}

#ifdef LATE
/* Ledger.hear, of one that was forgotten: what it believed is taken over as its bound. */
#define MAY_HEAR_LATE(o, i) (pass[o].phase == IDLE && instance[i].life == FORGOTTEN)
inline hearLate(o, i) {
  printf("operator %d: hear %d, which was forgotten, grant %d\n", o, i, instance[i].grant);
  pass[o].phase = DECIDED;
  pass[o].id = i;
  pass[o].bound = instance[i].grant;
  pass[o].grant = instance[i].grant
}
#endif

#ifdef SHRUNK
/* Servers.view */
#define MAY_ASK(o) (pass[o].phase == IDLE && known[o] != budget)
inline ask(o) {
  printf("operator %d: asks, budget %d\n", o, budget);
  known[o] = budget;
  law()
}
#define MAY_RESTART(o) (!calm && (pass[o].phase != IDLE || known[o] > 0))
#else
#define MAY_RESTART(o) (!calm && pass[o].phase != IDLE)
#endif
/* It crashes and starts again: all that it knew is lost. */
inline restart(o) {
  printf("operator %d: crashes\n", o);
  endPass(o);
  UNKNOW(o);
  law()
}

/*
 * Two operators. The first may be interrupted, overtaken or end between any two steps; the second overtakes it with whole
 * passes. Both being slow adds nothing: of two ledgers computed from the same one, only one can ever be written.
 */
proctype slowOperator() {
#define HEAR(i) :: d_step { MAY_HEAR(0, i) -> hear(0, i) }
#define FORGET(i) :: d_step { MAY_FORGET(0, i) -> forget(0, i) }
#define PLAN(i, g) :: d_step { MAY_PLAN(0, i, g) -> plan(0, i, g) }
#define PLAN_ANY(i) EACH_GRANT(PLAN, i)
#define WRITE(i) :: d_step { MAY_WRITE(0, i) -> write(0, i) }
end:
  do
  EACH(HEAR)
  EACH(FORGET)
  EACH(PLAN_ANY)
  EACH(WRITE)
#ifdef TELL_LATER
#define TELL(i) :: d_step { MAY_TELL(0, i) -> tell(0, i) }
  EACH(TELL)
#endif
#ifdef LATE
#define HEAR_LATE(i) :: d_step { MAY_HEAR_LATE(0, i) -> hearLate(0, i) }
  EACH(HEAR_LATE)
#endif
  :: d_step { IS_VOID(0) -> conflict(0) }
#ifdef SHRUNK
  :: d_step { MAY_ASK(0) -> ask(0) }
#endif
  :: d_step { MAY_RESTART(0) -> restart(0) }
  od
}

proctype quickOperator() {
#define QUICK_HEAR(i) :: d_step { MAY_HEAR(1, i) -> hear(1, i); write(1, i) }
#define QUICK_FORGET(i) :: d_step { MAY_FORGET(1, i) -> forget(1, i); write(1, i) }
#define QUICK_PLAN(i, g) :: d_step { MAY_PLAN(1, i, g) -> plan(1, i, g); write(1, i) }
#define QUICK_PLAN_ANY(i) EACH_GRANT(QUICK_PLAN, i)
end:
  do
  EACH(QUICK_HEAR)
  EACH(QUICK_FORGET)
  EACH(QUICK_PLAN_ANY)
#ifdef TELL_LATER
#define QUICK_TELL(i) :: d_step { MAY_TELL(1, i) -> tell(1, i) }
  EACH(QUICK_TELL)
#endif
#ifdef SHRUNK
  :: d_step { MAY_ASK(1) -> ask(1) }
  :: d_step { MAY_RESTART(1) -> restart(1) }
#endif
  od
}

/* ---- The instance ---- */

/* GrantRegister.accept: no round older than the last. Rounds are then counted from this one: only their order matters. */
#ifdef BUG_ACCEPT_OLDER
#define MAY_ACCEPT(i, r) (IS_RUNNING(i) && network[i].told[r] > 0 && r != instance[i].round)
#else
#define MAY_ACCEPT(i, r) (IS_RUNNING(i) && network[i].told[r] > 0 && r > instance[i].round)
#endif
inline accept(i, r) {
  printf("instance %d: accept round %d grant %d\n", i, r, network[i].told[r] - 1);
  instance[i].round = r;
  instance[i].grant = network[i].told[r] - 1;
#ifndef BUG_ACCEPT_OLDER
  do
  :: instance[i].round > 0 ->
    network[i].told[1] = network[i].told[2];
#if IN_FLIGHT == 3
    network[i].told[2] = network[i].told[3];
#endif
    network[i].told[IN_FLIGHT] = 0;
    instance[i].round--;
    entry[i].round--
  :: else -> break
  od;
#endif
  lawOf(i)
}

/* Allotment: opens only below the grant; what is over it is closed when it is no longer in use. */
#define MAY_OPEN(i) (IS_RUNNING(i) && HELD(i) < instance[i].grant)
inline openOne(i) {
  printf("instance %d: opens a connection\n", i);
  instance[i].open++;
  lawOf(i)
}

#define MAY_CLOSE(i) (IS_RUNNING(i) && instance[i].open > 0 && (!calm || HELD(i) > instance[i].grant))
inline closeOne(i) {
  printf("instance %d: closes a connection\n", i);
  instance[i].open--;
#ifdef CLOSING
  instance[i].closing++;
#endif
}

/* GrantRegister.report; one that lowers no bound is not worth a state. */
#ifdef BUG_HEAR_ANY_ROUND
#define IS_IN_FORCE(i) true
#else
#define IS_IN_FORCE(i) (instance[i].round == entry[i].round)
#endif
#ifdef BUG_HEAR_WHILE_HELD
#define HAS_CLOSED(i) true
#else
#define HAS_CLOSED(i) (HELD(i) <= GRANTED(i))
#endif
#define MAY_REPORT(i) \
  (IS_RUNNING(i) && entry[i].there && BOUND(i) > GRANTED(i) && !network[i].reported && IS_IN_FORCE(i) && HAS_CLOSED(i))
inline report(i) {
  printf("instance %d: reports round %d grant %d held %d\n", i, instance[i].round, instance[i].grant, HELD(i));
  network[i].reported = 1
}

/* It ends, by crash or drained; the server counts its connections until it notices. */
#define MAY_END(i) (!calm && IS_RUNNING(i) && (COUNTED(i) == 0 || MAY_CRASH))
inline endProcess(i) {
  printf("instance %d: ends, with %d connections\n", i, COUNTED(i));
  if
  :: COUNTED(i) > 0 -> CRASHED
  :: else
  fi;
#ifdef BUG_SAME_INCARNATION
  instance[i].orphans = instance[i].orphans + instance[i].open;
  instance[i].open = 0;
#else
  instance[i].life = ENDED;
#ifdef CLOSING
  instance[i].open = instance[i].open + instance[i].closing;
  instance[i].closing = 0;
#endif
#ifndef BUG_ANY_INCARNATION
  network[i].told[1] = 0;
  network[i].told[2] = 0;
#if IN_FLIGHT == 3
  network[i].told[3] = 0;
#endif
#endif
  entry[i].round = 0;
#endif
  instance[i].round = 0;
#ifndef LATE
  instance[i].grant = 0;
#endif
}

/* Identities are alike: the first unused one is taken. */
#define IS_NEXT(i) (instance[i].life == UNUSED && (i < 1 || instance[0].life != UNUSED) && (i < 2 || instance[1].life != UNUSED))

/* Rounds with no grant on its way are not told apart. */
inline lose(i, r) {
#ifdef BUG_TELL_ONCE
  lost[i] = (r == entry[i].round -> 1 : lost[i]);
#endif
  network[i].told[r] = 0
}

proctype instances() {
#define ACCEPT(i, r) :: d_step { MAY_ACCEPT(i, r) -> accept(i, r) }
#define ACCEPT_ANY(i) EACH_ROUND(ACCEPT, i)
#define OPEN(i) :: d_step { MAY_OPEN(i) -> openOne(i) }
#define CLOSE(i) :: d_step { MAY_CLOSE(i) -> closeOne(i) }
#define REPORT(i) :: d_step { MAY_REPORT(i) -> report(i) }
#define END(i) :: d_step { MAY_END(i) -> endProcess(i) }
#define START(i) :: d_step { !calm && IS_NEXT(i) && RUNNERS < INSTANCES -> \
    printf("instance %d: starts\n", i); instance[i].life = RUNNING }
end:
  do
  EACH(ACCEPT_ANY)
  EACH(OPEN)
  EACH(CLOSE)
  EACH(REPORT)
  EACH(END)
  EACH(START)
#ifdef BUG_ANY_INCARNATION
#define MISTAKE(i) :: d_step { instance[i].life == ENDED && IS_RUNNING((i + 1) % IDS) && network[i].told[1] > 0 -> \
    printf("instance %d: accepts the grant of %d\n", (i + 1) % IDS, i); \
    instance[(i + 1) % IDS].grant = network[i].told[1] - 1; lawOf((i + 1) % IDS) }
  EACH(MISTAKE)
#endif
  od
}

/* ---- The database server, and whoever sets its max_connections ---- */

#ifdef TELL_LATER
proctype loss() {
#define LOSE(i, r) :: d_step { !calm && IS_RUNNING(i) && network[i].told[r] > 0 -> \
    printf("network: loses the grant of round %d to %d\n", r, i); lose(i, r) }
#define LOSE_ANY(i) EACH_ROUND(LOSE, i)
#define LOSE_REPORT(i) :: d_step { !calm && network[i].reported -> \
    printf("network: loses the report of %d\n", i); network[i].reported = 0 }
end:
  do
  EACH(LOSE_ANY)
  EACH(LOSE_REPORT)
  od
}
#endif

proctype server() {
#define NOTICE(i) :: d_step { instance[i].life == ENDED && instance[i].open > 0 -> \
    printf("server: notices an end of %d\n", i); instance[i].open-- }
#define CLOSED(i) :: d_step { instance[i].closing > 0 -> \
    printf("server: has closed a connection of %d\n", i); instance[i].closing-- }
/* One that ended before it was granted anything, or is remembered by no one, leaves its place. */
#define LEAVE(i) :: d_step { (instance[i].life == ENDED || instance[i].life == FORGOTTEN) && !entry[i].there \
    && COUNTED(i) == 0 && pass[0].phase != DECIDED && pass[1].phase != DECIDED -> forgetAll(i) }
#ifdef BUG_SAME_INCARNATION
#define ORPHAN(i) :: d_step { instance[i].orphans > 0 -> instance[i].orphans-- }
#endif
end:
  do
  EACH(NOTICE)
  EACH(LEAVE)
#ifdef CLOSING
  EACH(CLOSED)
#endif
#ifdef BUG_SAME_INCARNATION
  EACH(ORPHAN)
#endif
#ifdef SHRUNK
  :: d_step { !calm && budget == BUDGET -> printf("server: budget %d\n", SHRUNK); budget = SHRUNK; law() }
  :: d_step { !calm && budget == SHRUNK -> printf("server: budget %d\n", BUDGET); budget = BUDGET; law() }
#endif
#ifdef CALM
  :: d_step { !calm && RUNNERS > 0 -> printf("world: the faults cease\n"); calm = 1 }
#endif
  od
}

init {
  atomic {
#ifndef QUICK
    run slowOperator();
#endif
    run quickOperator();
    run instances();
#ifdef TELL_LATER
    run loss();
#endif
    run server()
  }
}

#ifdef CALM
/* Not [] (calm -> <> [] settled): once it is calm, it is unsettled again and again. */
never progress {
anything:
  do
  :: true
  :: calm -> break
  od;
later:
  do
  :: true
  :: !settled -> break
  od;
accept_unsettled:
  if
  :: !settled -> goto accept_unsettled
  :: true -> goto later
  fi
}
#endif
