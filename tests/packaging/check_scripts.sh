#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# What can be known of the set-up scripts without installing anything: check_scripts.sh <packaging folder>
set -u
scripts="$1"
failures=0

expect() {  # expect WHAT EXPECTED ACTUAL
  if [ "$2" != "$3" ]; then
    printf '%s: expected "%s", got "%s"\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

for script in quickstart run-tests make-deb common.sh; do
  bash -n "$scripts/$script"
  expect "syntax of $script" 0 $?
done

"$scripts/quickstart" --help | grep -q -- --headless
expect "--help names --headless" 0 $?
"$scripts/quickstart" --no-such-option >/dev/null 2>&1
expect "exit code of an unknown option" 1 $?
expect "one sentence for an unknown option" 1 "$("$scripts/quickstart" --no-such-option 2>&1 | wc -l)"
for script in quickstart make-deb; do
  "$scripts/$script" --out >/dev/null 2>&1
  expect "exit code of $script --out without a folder" 1 $?
done
"$scripts/make-deb" --help | grep -q -- --no-build
expect "make-deb --help names --no-build" 0 $?
"$scripts/make-deb" --no-such-option >/dev/null 2>&1
expect "exit code of an unknown option of make-deb" 1 $?

# shellcheck source-path=SCRIPTDIR source=../../packaging/common.sh
. "$scripts/common.sh"
all="$(listed_packages build run test package)"
expect "packages with odd names" "" "$(grep -vE '^[a-z0-9][a-z0-9.+-]+$' <<<"$all")"
expect "packages listed twice" "" "$(sort <<<"$all" | uniq -d)"
for package in cmake libtorch-dev qt6-base-dev; do
  expect "$package is in [build]" "$package" "$(listed_packages build | grep -x "$package")"
done
expect "OpenBLAS is in [run]" libopenblas0-pthread "$(listed_packages run | grep openblas)"
expect "quickstart does not install Xvfb" "" "$(listed_packages build run | grep -x xvfb)"

# Nothing is installed here, whatever the package manager of this machine says.
# shellcheck disable=SC2317  # called by missing_packages
dpkg-query() { return 1; }
expect "all packages are missing without a package manager's word" "$(listed_packages run)" "$(missing_packages run)"
message="$(install=no install_packages run 2>&1)"
expect "--no-install fails when a package is missing" 1 $?
case "$message" in
  *"--no-install forbids"*libopenblas0-pthread*) ;;
  *) expect "the sentence of --no-install" "names the packages" "$message" ;;
esac
# shellcheck disable=SC2317
dpkg-query() { printf 'install ok installed'; }
expect "nothing is missing when all is installed" "" "$(missing_packages build run test package)"

jobs="$(build_jobs)"
[ "$jobs" -ge 1 ] && [ "$jobs" -le "$(nproc)" ]
expect "jobs between 1 and the number of processors ($jobs)" 0 $?
exit "$((failures > 0))"
