# shellcheck shell=bash disable=SC2154
# Ending a cluster, whatever state it is in, and telling whether anything of it is left.

# Fixed paths outside the state directory that containerd, the kubelet and the network plugins write to.
foreign_paths=(/run/containerd /var/lib/cni /var/log/containers /var/lib/kubelet /usr/libexec/kubernetes /etc/cni)

note_foreign_paths() { # those that are not there yet are the cluster's own, and go with it
  local path
  for path in "${foreign_paths[@]}"; do [ -e "$path" ] || echo "$path"; done >"$run/foreign-paths"
}

# What the kubelet sets on any node, for all of the machine.
kernel_settings=(vm.overcommit_memory kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes)

note_kernel_settings() { sysctl "${kernel_settings[@]}" >"$run/kernel-settings"; }

own_processes() { # those in the cluster's network (daemons, shims) and in its control groups (containers)
  local root
  ip netns pids "$name" 2>/dev/null
  for root in $(cgroup_roots); do
    find "$root/$name" -name cgroup.procs -exec cat {} + 2>/dev/null
  done
  pgrep -f -- "-address $run/containerd.sock" # shims whose network is gone already
}

end_processes() {
  local tries processes
  for ((tries = 100; tries > 0; tries--)); do
    processes=$(own_processes | sort -un)
    [ -n "$processes" ] || return 0
    # shellcheck disable=SC2086 # one argument a process
    kill -9 $processes 2>/dev/null
    sleep 0.1
  done
  echo "cluster: these processes cannot be ended: $processes" >&2
  return 1
}

# sweep ends and removes everything; a cluster that never was costs it nothing. It goes on past what fails.
sweep() {
  local root mount
  set +e
  end_processes && remove_network # in this order: processes are found by the network they are in
  cat "$run"/containerd/state/io.containerd.runtime.v2.task/k8s.io/*/address 2>/dev/null |
    sed -n 's|unix://\(/run/containerd/s/[0-9a-f]*\).*|\1|p' | xargs -r rm -f
  awk -v run="$run/" 'index($2, run) == 1 {print $2}' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
  for root in $(cgroup_roots); do
    [ ! -d "$root/$name" ] || find "$root/$name" -depth -type d -exec rmdir {} \;
  done
  find /var/log/containers -type l -lname "$run/*" -delete 2>/dev/null
  rm -f "/var/lib/cni/results/$name-"*
  [ ! -e "$run/foreign-paths" ] || xargs -r rm -rf <"$run/foreign-paths"
  [ ! -e "$run/kernel-settings" ] || sysctl -q -p "$run/kernel-settings"
  rm -rf "$run"
  set -e
}

failed_up() {
  local kept=$home/last-failure
  trap - EXIT
  rm -rf "$kept"
  cp -r "$run/log" "$kept" 2>/dev/null || true
  exec 9>&-
  sweep
  echo "cluster: not started, and cleaned up. The logs of its processes are in $kept" >&2
  exit "$1"
}

down() {
  if [ -n "${PENSTOCK_CLUSTER_OWNER:-}" ] && is_up && [ "$(owner)" != "$PENSTOCK_CLUSTER_OWNER" ]; then
    echo "cluster: left alone, it is up for '$(owner)'" >&2
    return
  fi
  if [ "$(id -u)" != 0 ]; then
    [ ! -e "$run" ] || die "needs root, to remove what root has made"
    return
  fi
  sweep
}

leftovers() {
  local found
  found=$(
    set +e
    own_processes | sort -un | xargs -r ps -o pid=,args= -p
    grep -F " $run/" /proc/mounts
    ip netns list | grep -w "$name"
    ip -o link show "$name-host" 2>/dev/null
    ip route show "$both"
    for root in $(cgroup_roots); do ls -d "$root/$name" 2>/dev/null; done
    ls -d "$run" 2>/dev/null
    ls -d "/var/lib/cni/results/$name-"* 2>/dev/null
    find /var/log/containers -type l -lname "$run/*" 2>/dev/null
    true
  )
  [ -n "$found" ] || { echo "nothing is left"; return; }
  echo "$found"
  return 1
}
