# shellcheck shell=bash disable=SC2154
# The pooler's ahead-of-time cache: its classes, linked, with their profiles, as they were at the end of a run under load.
# A JVM takes a cache only if it was made by the very runtime, classpath and options it runs with itself: hence
# it is made by the image's own, in the image's own root.

extract_image() { # extract_image ARCHIVE ROOT
  local parts layer
  parts=$(mktemp -d "$work/parts.XXXXXX")
  mkdir -p "$2"
  tar -C "$parts" -xf "$1"
  sed 's/.*"Layers":\["\([^]]*\)"\].*/\1\n/; s/","/\n/g' "$parts/manifest.json" |
    while read -r layer; do tar -C "$2" --warning=no-unknown-keyword -xpf "$parts/$layer"; done
}

entrypoint_of() { # the command line of an image, an argument a line
  tar -xOf "$1" config.json | sed 's/.*"Entrypoint":\["\([^]]*\)"\].*/\1/; s/","/\n/g'
}

# train POOLER-ARCHIVE CLIENT-ARCHIVE POSTGRES-ARCHIVE: prints the cache's path
train() {
  local key file command
  key=$(key_of "$(sha256sum <"$1")" "$(cat "$here/train" "$here/training.ini")")
  file=$store/pooler-$key.aot
  if [ ! -e "$file" ]; then
    step "training the pooler for its ahead-of-time cache"
    extract_image "$1" "$work/pooler-root"
    extract_image "$2" "$work/client-root"
    extract_image "$3" "$work/postgres-root"
    mapfile -t command < <(entrypoint_of "$1")
    timeout 90 unshare --net --mount --pid --fork --kill-child "$here/train" \
      "$work/pooler-root" "$work/postgres-root" "$work/client-root" "${command[@]}" >&2 || die "the training failed"
    mv "$work/pooler-root/tmp/pooler.aot" "$file"
  fi
  touch "$file"
  echo "$file"
}
