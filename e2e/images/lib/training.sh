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

# What the load is made of, versions of libraries included.
load_of_training() { cat "$here/train" "$here/training.ini" "$root/pom.xml" "$root/e2e/pom.xml" "$root"/e2e/src/main/java/dev/penstock/e2e/training/*; }

# train POOLER-ARCHIVE CLIENT-ARCHIVE POSTGRES-ARCHIVE: prints the cache's path
train() {
  local key file command
  key=$(key_of "$(sha256sum <"$1")" "$3" "$(load_of_training)")
  file=$store/pooler-$key.aot
  if [ ! -e "$file" ]; then
    [ "$(id -u)" = 0 ] || die "the pooler is trained in the root of its image, which needs root; PENSTOCK_IMAGES_TRAINING=no makes images that start slowly"
    step "training the pooler for its ahead-of-time cache"
    "$here/../tools/packages" curl openssl
    extract_image "$1" "$work/pooler-root"
    extract_image "$2" "$work/client-root"
    extract_image "$3" "$work/postgres-root"
    mapfile -t command < <(entrypoint_of "$1")
    timeout --kill-after=5 "$training_limit" unshare --net --mount --pid --fork --kill-child "$here/train" \
      "$work/pooler-root" "$work/postgres-root" "$work/client-root" "${command[@]}" >&2 8>&- ||
      die "the training of the pooler failed or took longer than $training_limit s; see above"
    chmod 644 "$work/pooler-root/tmp/pooler.aot"
    mv "$work/pooler-root/tmp/pooler.aot" "$file"
  fi
  touch "$file"
  echo "$file"
}

# The pooler's image, as Jib made it, with its cache.
add_training() {
  local archive=$root/pooler-image/target/jib-image.tar cache
  cache=$(train "$archive" "$root/e2e/target/jib-image.tar" "$1")
  mkdir -p "$work/cache/app"
  cp "$cache" "$work/cache/app/pooler.aot"
  layer "$work/cache" "$work/cache.tar"
  # Mapped where it was made for, its pages stay those of the file, which all pods of a node share; moved, they are all written to.
  amend "$archive" "$work/cache.tar" -XX:AOTCache=/app/pooler.aot -XX:AOTMode=auto -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
}
