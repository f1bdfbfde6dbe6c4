# shellcheck shell=bash disable=SC2154
# The programs: Kubernetes and its helpers as Go modules, the container runtime as Debian packages.

modules=(kubernetes coredns metrics-server helm kubeconform pause)

need_packages() {
  local missing=()
  command -v containerd >/dev/null || missing+=(containerd)
  command -v runc >/dev/null || missing+=(runc)
  command -v nft >/dev/null || missing+=(nftables)
  command -v iptables >/dev/null || missing+=(iptables)
  command -v conntrack >/dev/null || missing+=(conntrack)
  command -v ip >/dev/null || missing+=(iproute2)
  command -v openssl >/dev/null || missing+=(openssl)
  [ -x /usr/lib/cni/bridge ] || missing+=(containernetworking-plugins)
  [ ${#missing[@]} -eq 0 ] || "$here/../tools/packages" "${missing[@]}"
}

# Any Go since 1.21 fetches by itself the version a module asks for.
need_go() {
  local have
  if command -v go >/dev/null; then
    have=$(go env GOVERSION)
    [ "$(printf '%s\n' go1.21 "$have" | sort -V | head -n 1)" = go1.21 ] && return
    die "Go 1.21 or newer is needed to build Kubernetes, $have is installed"
  fi
  have=$(apt-cache policy golang-go 2>/dev/null | sed -n 's/.*Candidate: \(.*:\)\{0,1\}\([0-9.]*\).*/\2/p')
  if [ -n "$have" ] && [ "$(printf '%s\n' 1.21 "$have" | sort -V | head -n 1)" = 1.21 ]; then
    "$here/../tools/packages" golang-go
  else
    die "Go 1.21 or newer is needed to build Kubernetes, and this system's packages offer ${have:-none}: install it from go.dev/dl"
  fi
}

linker_flags() {
  local version package=k8s.io/component-base/version
  version=$(awk '$1 == "k8s.io/kubernetes" {print $2}' "$here/kubernetes/go.mod")
  echo "-s -w -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$(cut -d. -f2 <<<"$version")"
}

# The inputs of a module's programs: sources, compiler, flags. Same inputs, same programs (-trimpath, no cgo).
inputs_of() {
  (cd "$here/$1" && { cat go.mod go.sum ./*.go 2>/dev/null || true; go env GOVERSION GOOS GOARCH GOFLAGS; linker_flags; } | sha256sum | cut -d' ' -f1)
}

# A stamp is the hash of the inputs, then the checksums of what was built from them.
is_built() {
  local stamp=$bin/.$1.stamp
  [ -e "$stamp" ] && [ "$(head -n 1 "$stamp")" = "$2" ] && (cd "$bin" && tail -n +2 "$stamp" | sha256sum --check --status -)
}

build_module() {
  local module=$1 inputs staging what=tool
  inputs=$(inputs_of "$module")
  is_built "$module" "$inputs" && return
  step "building $module from source; the first time takes minutes"
  [ "$module" != pause ] || what=.
  staging=$(mktemp -d "$home/building.XXXXXX")
  (cd "$here/$module" && CGO_ENABLED=0 go build -trimpath -ldflags="$(linker_flags)" -o "$staging/" "$what") || {
    rm -rf "$staging"
    die "$module did not build"
  }
  [ ! -e "$staging/server" ] || mv "$staging/server" "$staging/etcd" # Go names a program after its package
  { echo "$inputs"; (cd "$staging" && sha256sum -- *); } >"$staging/.$module.stamp"
  rm -f "$bin/.$module.stamp"
  (cd "$staging" && mv -f -- * "$bin/" && mv -f ".$module.stamp" "$bin/")
  rmdir "$staging"
}

build() {
  local module
  need_go
  [ "$(id -u)" != 0 ] || need_packages
  mkdir -p "$bin"
  exec 8>>"$home/build.lock"
  if ! flock -n 8; then
    step "waiting for another build"
    flock 8
  fi
  rm -rf "$home"/building.*
  for module in "${modules[@]}"; do build_module "$module"; done
  exec 8>&-
}
