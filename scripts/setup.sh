# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts/demo and scripts/test: packages, configure and build, each with one line on
# the terminal and its output in a log whose end is shown when a step fails.
# shellcheck shell=bash

mkdir -p build
log=build/setup.log
: >"$log"
jobs="${WEFT_JOBS:-$(nproc)}"

# step WORDS -- COMMAND...: runs COMMAND quietly.
step() {
  local words=()
  while [[ "$1" != -- ]]; do
    words+=("$1")
    shift
  done
  shift
  printf '%-36s' "${words[*]} ..."
  printf '\n== %s: %s\n' "${words[*]}" "$*" >>"$log"
  local begin=$SECONDS
  if ! "$@" >>"$log" 2>&1; then
    printf 'failed\n\n'
    tail -n 40 "$log"
    printf '\n%s failed; the whole log is %s\n' "${words[*]}" "$log" >&2
    return 1
  fi
  printf 'done, %d s\n' $((SECONDS - begin))
}

# sudo may have to ask for a password, which a quiet step would hide.
unlock_sudo() {
  if ((EUID != 0)) && command -v sudo >/dev/null && [[ -t 0 ]]; then
    sudo -v
  fi
}

need_packages() {
  if ! scripts/packages --check; then
    unlock_sudo
    step packages -- scripts/packages
  fi
}

# need_build PRESET [TARGET...]: configures once, and again after the presets have changed; building
# again costs what changed.
need_build() {
  local preset=$1
  shift
  if [[ ! CMakePresets.json -ot "build/$preset/build.ninja" ]]; then
    step configure "$preset" -- cmake --preset "$preset"
    touch "build/$preset/build.ninja"
  fi
  local targets=()
  if (($# > 0)); then
    targets=(--target "$@")
  fi
  step build "$preset" -- cmake --build --preset "$preset" --parallel "$jobs" "${targets[@]}"
}
