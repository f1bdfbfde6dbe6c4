# shellcheck shell=bash disable=SC2154 # the variables are set by the file that reads this one
# What every part uses: messages, the lock, and starting and awaiting the cluster's processes.

die() { echo "cluster: $*" >&2; exit 1; }

step() { printf 'cluster: %4ds  %s\n' "$SECONDS" "$*" >&2; }

in_cluster() { nsenter --net="/run/netns/$name" "$@"; }

# start NAME CMD...: runs CMD in the cluster's network, detached from this shell; only etcd keeps the lock.
start() {
  local process=$1 keep=9; shift
  [ "$process" = etcd ] || keep=-
  # A function in the background would be a shell around the process, and $! its number: hence nsenter itself.
  nsenter --net="/run/netns/$name" setsid "$@" >"$run/log/$process.log" 2>&1 </dev/null 9>&"$keep" &
  echo $! >"$run/$process.pid"
  disown $! # or the shell would report the end of each
}

alive() { [ -e "$run/$1.pid" ] && kill -0 "$(cat "$run/$1.pid")" 2>/dev/null; }

program_pid() { alive "$1" && cat "$run/$1.pid" || die "no $1 is running"; }

# await SECONDS WHAT PROCESS CMD...: until CMD succeeds; fails early when PROCESS has ended.
await() {
  local limit=$1 what=$2 process=$3 tries; shift 3
  for ((tries = limit * 5; tries > 0; tries--)); do
    "$@" >/dev/null 2>&1 9>&- && return
    if ! alive "$process"; then
      tail -n 5 "$run/log/$process.log" >&2
      die "$process ended while waiting for $what"
    fi
    sleep 0.2
  done
  die "gave up waiting for $what after $limit s; read the log of $process"
}

# The lock lives as long as etcd does, which inherits the descriptor: a cluster that died frees it.
take_lock() {
  local wait=${PENSTOCK_CLUSTER_WAIT:-0}
  exec 9>>"$lock"
  flock -n 9 && return
  if [ -e "$run/starter" ] && ! kill -0 "$(cat "$run/starter")" 2>/dev/null; then
    step "removing a cluster whose start was broken off"
    sweep
    flock -n 9 && return
  fi
  step "in use by '$(owner)'; waiting up to $wait s"
  flock -w "$wait" 9 || die "the cluster is in use by '$(owner)'. End that one ('cluster down'), or set PENSTOCK_CLUSTER_WAIT to wait longer."
}

owner() { cat "$run/owner" 2>/dev/null || echo unknown; }

is_up() { [ -e "$lock" ] && ! flock -n "$lock" true; }

status() {
  if is_up; then
    echo "up, for '$(owner)', kubeconfig $KUBECONFIG"
  else
    echo "down"; return 1
  fi
}
