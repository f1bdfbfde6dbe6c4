# shellcheck shell=bash disable=SC2154
# A network namespace of the cluster's own, joined to the host by a veth pair.

make_network() {
  ip netns add "$name"
  ip link add "$name-host" type veth peer name uplink netns "$name"
  ip addr add "$host_ip/30" dev "$name-host"
  ip link set "$name-host" up
  in_cluster ip link set lo up
  in_cluster ip addr add "$node_ip/30" dev uplink
  in_cluster ip link set uplink up
  # A local socket needs a route to a service's address before the rules of kube-proxy can rewrite it.
  in_cluster ip route add "$services" via "$host_ip"
  in_cluster sysctl -qw net.ipv4.ip_forward=1
  ip route add "$both" via "$node_ip"
}

remove_network() {
  ip route del "$both" via "$node_ip" 2>/dev/null
  ip link del "$name-host" 2>/dev/null
  ip netns del "$name" 2>/dev/null
}
