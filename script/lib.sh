# shellcheck shell=bash
# What the scripts share. Sourced, never run: it sets the shell up, goes to the project's root and defines functions.

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# A python3 from elsewhere in PATH may lack Debian's modules.
PYTHON=/usr/bin/python3
NODE_VERSION=22.20.0
NPM_VERSION=10.9.3
download_ms=0
started_ms=

now_ms() {
  local t=${EPOCHREALTIME/[.,]/}
  echo "${t%???}"
}
started_ms=$(now_ms)

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "${0#"$ROOT"/}" "$*" >&2
  exit 1
}
# seconds 12345 -> 12.3
seconds() { printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100)); }
since() { echo $(($(now_ms) - $1)); }

# step 2 4 "Building": which part of the way this is.
step() { say "[$1/$2] $3"; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "needs root for: $*"
  fi
}

# download COMMAND...: runs it and adds its time to download_ms, which is told apart from our own work.
download() {
  local from
  from=$(now_ms)
  "$@"
  download_ms=$((download_ms + $(since "$from")))
}

# packages_for server|test|lint|fresh: the Debian packages of a purpose. docs/dependencies.md has the reasons.
packages_for() {
  local server=(
    brotli cmake g++ libargon2-dev libboost-json1.81-dev libboost-url1.81-dev libboost1.81-dev libcli11-dev libfmt-dev
    libqrcodegencpp-dev libspdlog-dev libsqlite3-dev libssl-dev libtomlplusplus-dev libutf8proc-dev ninja-build python3
  )
  local suite=(libbenchmark-dev libgmock-dev libgtest-dev python3-jsonschema python3-yaml)
  case $1 in
    server) say "${server[@]}" ;;
    test) say "${server[@]}" "${suite[@]}" chromium clang-19 clang-format-19 curl fonts-dejavu-core libclang-rt-19-dev openssl ;;
    lint) say "${server[@]}" "${suite[@]}" clang-format-19 clang-tidy-19 ;;
    fresh) say ca-certificates git mmdebstrap python3 ;;
    *) fail "there is no set of packages called '$1'; there are server, test, lint and fresh" ;;
  esac
}

# missing_packages NAME...: those that dpkg does not have installed.
missing_packages() {
  local have
  have=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii  *//p' || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$have")
}

# need_packages NAME...: installs what is missing. Costs one dpkg-query when nothing is.
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0)
  local install=("${apt[@]}" install --no-install-recommends)
  download as_root "${apt[@]}" update
  download as_root "${install[@]}" --download-only "${missing[@]}" >/dev/null
  as_root "${install[@]}" --no-download "${missing[@]}" >/dev/null
}

# Whether `$1 --version` is a Node that the client's and the tests' tools take.
node_is_good() {
  local version major minor
  version=$("$1" --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${version#v}"
  case $major in
    20) [ "$minor" -ge 19 ] ;;
    22) [ "$minor" -ge 13 ] ;;
    *) [ "$major" -ge 24 ] ;;
  esac
}

# Puts a good node and npm first in PATH, or answers false.
find_node() {
  if command -v npm >/dev/null && node_is_good node; then
    return 0
  fi
  if [ -x .node/bin/npm ] && node_is_good "$ROOT/.node/bin/node"; then
    PATH=$ROOT/.node/bin:$PATH
    return 0
  fi
  return 1
}

# need_node: find_node, after installing a pinned Node and npm into .node where the system's is too old (Debian 12 has
# 18). The pinned package holds no npm, so npm comes beside it; Debian's only fetches the two.
need_node() {
  find_node && return 0
  local arch
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) fail "no pinned Node for $(uname -m): install one of ^20.19, ^22.13 or >=24" ;;
  esac
  command -v npm >/dev/null || need_packages npm
  say "Installing Node $NODE_VERSION and npm $NPM_VERSION into .node"
  rm -rf .node
  mkdir -p .node/bin
  download npm install --prefix .node --no-save --no-audit --no-fund --loglevel=error \
    "node-linux-$arch@$NODE_VERSION" "npm@$NPM_VERSION" >/dev/null
  ln -s "../node_modules/node-linux-$arch/bin/node" .node/bin/node
  printf '#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nexec "$here/node" "$here/../node_modules/npm/bin/npm-cli.js" "$@"\n' \
    >.node/bin/npm
  chmod +x .node/bin/npm
  find_node || fail "the Node installed into .node does not run"
}

# need_modules FOLDER: the npm packages that its package-lock.json names, unless they are those already.
need_modules() {
  local stamp=$1/node_modules/.lock-installed
  cmp -s "$1/package-lock.json" "$stamp" && return 0
  say "Installing the npm packages of $1"
  download npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  cp "$1/package-lock.json" "$stamp"
}

# Whether web/dist was built from the sources as they are.
client_is_current() {
  [ -f web/dist/index.html ] &&
    [ -z "$(find web/src web/public web/index.html web/package-lock.json web/*.ts web/*.js \
      -newer web/dist/index.html -print -quit)" ]
}

# build_client: web/dist, which the binary embeds.
build_client() {
  client_is_current && return 0
  need_node
  need_modules web
  npm --prefix web run --silent build >"$(log_file client)" 2>&1 || {
    cat "$(log_file client)" >&2
    fail "building the web client failed"
  }
  # Vite keeps a file whose content it did not change as old as it was.
  touch web/dist/index.html
}

# need SET: everything of one purpose.
need() {
  # shellcheck disable=SC2046
  need_packages $(packages_for "$1")
  if [ "$1" = test ]; then
    need_node
    need_modules web
    need_modules tests/browser
    need_nginx
  fi
}

# The nginx behind which the client is tried goes into NGINX. It is unpacked, not installed: an installed one would begin to
# serve port 80 of this machine.
need_nginx() {
  NGINX=/usr/sbin/nginx
  [ ! -x "$NGINX" ] || return 0
  NGINX=$ROOT/build/nginx/usr/sbin/nginx
  [ ! -x "$NGINX" ] || return 0
  say "Unpacking the Debian package nginx in build/nginx"
  mkdir -p build/nginx
  unpack_nginx 2>/dev/null || { download as_root apt-get -qq update && unpack_nginx; }
}

unpack_nginx() (
  cd build/nginx
  download apt-get -qq download nginx
  dpkg -x nginx_*.deb .
)

say_downloads() {
  [ "$download_ms" -eq 0 ] || say "Downloads took $(seconds "$download_ms") s."
}

# configure PRESET [-DNAME=VALUE...]: where there is no build folder yet, or a -D differs from what it was made with.
configure() {
  local preset=$1 cache=build/$1/CMakeCache.txt define stale=
  shift
  [ -f "build/$preset/build.ninja" ] || stale=yes
  for define in "$@"; do
    grep -q "^${define%%=*}:[A-Z]*=${define#*=}\$" <(sed 's/^/-D/' "$cache" 2>/dev/null) || stale=yes
  done
  [ -n "$stale" ] || return 0
  if [ ! -f "$cache" ] && command -v ccache >/dev/null; then
    # Its manual asks for this where headers are precompiled.
    set -- "$@" "-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_SLOPPINESS=pch_defines,time_macros;ccache"
  fi
  cmake --preset "$preset" "$@" -Wno-dev >"$(log_file "configure-$preset")" 2>&1 || {
    cat "$(log_file "configure-$preset")" >&2
    fail "configuring build/$preset failed"
  }
}

log_file() {
  mkdir -p build/logs
  echo "build/logs/$1.log"
}

# compile PRESET [TARGET...]: ninja with one job for each core; its own default is two more, which trades no time for
# memory.
compile() {
  local preset=$1
  shift
  ninja -C "build/$preset" -j "$(nproc)" "$@"
}
