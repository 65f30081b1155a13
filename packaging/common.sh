# SPDX-License-Identifier: BSD-3-Clause
# Shared by packaging/quickstart and packaging/run-tests: packages, configuration and build. Source it, do not run it.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build_folder="$root/build/release"

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# listed_packages SECTION...: the packages of these sections of dependencies.txt, one a line.
listed_packages() {
  local section
  for section in "$@"; do
    sed -n "/^\[$section\]/,/^\[/{/^\[/d;s/#.*//;s/[[:space:]]//g;/^$/d;p}" "$root/packaging/dependencies.txt"
  done
}

# missing_packages SECTION...: those of them that are not installed.
missing_packages() {
  local package
  for package in $(listed_packages "$@"); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || say "$package"
  done
}

# as_root COMMAND...: runs it as root, through sudo where needed.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing packages needs root: run this as root, install sudo, or install them yourself and pass --no-install."
  fi
}

# install_packages SECTION...: says what is missing and installs it; does nothing when all is there.
install_packages() {
  local missing
  command -v dpkg-query >/dev/null ||
    fail "this script installs Debian packages; on another system install what packaging/dependencies.txt lists and build with: cmake --preset release"
  missing="$(missing_packages "$@" | tr '\n' ' ')"
  missing="${missing% }"
  if [ -z "$missing" ]; then
    say "All packages are installed."
    return
  fi
  if [ "$install" = no ]; then
    fail "these packages are missing, and --no-install forbids to install them: $missing"
  fi
  say "Installing with apt-get (and what they depend on): $missing"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q ||
    fail "apt-get could not refresh its package lists; check the network and the apt sources."
  # shellcheck disable=SC2086  # one argument per package
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing ||
    fail "apt-get could not install the packages; its last lines above say why."
}

# check_blas: libtorch multiplies matrices with whatever libblas.so.3 points at.
check_blas() {
  local triplet name chosen
  triplet="$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || g++ -print-multiarch)"
  name="libblas.so.3-$triplet"
  chosen="$(update-alternatives --query "$name" 2>/dev/null | sed -n 's/^Value: //p')"
  case "$chosen" in
    *openblas* | *mkl* | *blis*) ;;
    *)
      say "Warning: the BLAS in use is ${chosen:-unknown}, which makes networks many times slower."
      say "  Choose OpenBLAS: sudo update-alternatives --set $name /usr/lib/$triplet/openblas-pthread/libblas.so.3"
      ;;
  esac
}

# build_jobs: compilers at once; each may take 1.5 GB.
build_jobs() {
  local cores memory_kb by_memory
  cores="$(nproc)"
  memory_kb="$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
  by_memory=$((${memory_kb:-1500000} / 1500000))
  [ "$by_memory" -ge 1 ] || by_memory=1
  [ "$by_memory" -lt "$cores" ] && say "$by_memory" || say "$cores"
}

# build_targets [TARGET...]: configures the release preset and builds these targets, or all of them.
build_targets() {
  local jobs log
  jobs="$(build_jobs)"
  log="$build_folder/configure.log"
  mkdir -p "$build_folder" || fail "cannot create $build_folder; the source folder must be writable."
  say "Configuring in $build_folder"
  (cd "$root" && cmake --preset release) >"$log" 2>&1 || {
    tail -n 25 "$log" >&2
    fail "the configuration failed; the whole log is $log."
  }
  say "Building with $jobs jobs (the first time takes a while)"
  if [ $# -gt 0 ]; then
    cmake --build "$build_folder" -j "$jobs" --target "$@" || fail "the build failed; its last lines above say why."
  else
    cmake --build "$build_folder" -j "$jobs" || fail "the build failed; its last lines above say why."
  fi
}
