#!/usr/bin/env bash
# Makes the @tensorflow/tfjs-node that pnpm installed without its install script really work, from package
# registries only: libtensorflow comes from a PyPI wheel, Node-API headers from npm if the machine has none.
#
#   scripts/setup-tfjs-node.sh            set it up (the one that @isograd/parity uses), or say that it is set up
#   scripts/setup-tfjs-node.sh --check    exit 0 if it is set up, 1 if not; changes nothing
#   scripts/setup-tfjs-node.sh FOLDER     the same for another copy of the package
#
# Linux x86_64 with glibc 2.17 or later. Needs bash, node, npm, a C++17 g++ (or $CXX), python3 with pip; strip if there is one.
# Safe to run again; run it after every fresh install.
#
# Environment:
#   TFJS_NODE_CACHE     where the built result is kept        (default ${XDG_CACHE_HOME:-~/.cache}/tfjs-node-build)
#   TFJS_NODE_LINK      symlink | copy                        (default symlink: deps/lib points into the cache)
#   TFJS_NODE_WHEEL     use this tensorflow-cpu wheel file instead of downloading (its sha256 is still checked)
#   TFJS_NODE_NO_PATCH  1 = leave dist/*.js untouched         (then Node 23 and later do not work)
set -euo pipefail

TF_VERSION=2.13.1   # smallest wheel with libtensorflow_cc; >= 2.17 returns zeros for round() on int32
TF_SHA256=87be6e61314b2c0fa062f71e26e41d6a17e162ffe4da72c820fe8f1fc94d97fe
TFJS_VERSION=4.22.0
NAPI_HEADERS=node-api-headers@1.5.0
RECIPE=1            # raise when what this script builds changes

say() { printf 'setup-tfjs-node: %s\n' "$*"; }
die() { printf 'setup-tfjs-node: ERROR: %s\n' "$*" >&2; exit 1; }

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
MODE=setup; [ "${1:-}" != --check ] || { MODE=check; shift; }
[ $# -le 1 ] || die "usage: $0 [--check] [path to node_modules/@tensorflow/tfjs-node]"
FOLDER=${1:-$ROOT/packages/parity/node_modules/@tensorflow/tfjs-node}
[ -d "$FOLDER" ] || die "no such folder: $FOLDER (install the workspace first: npx -y pnpm@12.21.0 install)"
PKG=$(cd "$FOLDER" && pwd -P)
[ -f "$PKG/package.json" ] || die "$PKG has no package.json; give the package folder itself"
[ "$(uname -s)/$(uname -m)" = Linux/x86_64 ] || die "only Linux x86_64 is supported, this is $(uname -s)/$(uname -m)"
command -v node >/dev/null || die "node not found in PATH"
ident=$(node -p 'const p=require(process.argv[1]);p.name+"@"+p.version' "$PKG/package.json")
[ "$ident" = "@tensorflow/tfjs-node@$TFJS_VERSION" ] || die "$PKG is $ident, this script is for @tensorflow/tfjs-node@$TFJS_VERSION"
for f in binding/tfjs_backend.cc binding/tfjs_binding.cc dist/index.js dist/nodejs_kernel_backend.js dist/kernels/TopK.js; do
  [ -f "$PKG/$f" ] || die "$PKG/$f is missing; reinstall the package"
done
LINK=${TFJS_NODE_LINK:-symlink}
case $LINK in symlink|copy) ;; *) die "TFJS_NODE_LINK must be symlink or copy, not '$LINK'";; esac

# Where the loader (dist/index.js, through node-pre-gyp) looks for the binding under this Node.
BINDING=$(cd "$PKG" && node -p 'require("@mapbox/node-pre-gyp").find(require("path").resolve("package.json"))' 2>/dev/null) ||
  die "cannot resolve @mapbox/node-pre-gyp from $PKG; install the workspace again"
LIBS="libtensorflow_cc.so.2 libtensorflow_framework.so.2"
SRC=$(cat "$PKG"/binding/* | sha256sum | cut -c1-12)
KEY="tfjs$TFJS_VERSION-tf$TF_VERSION-x86_64-$SRC-r$RECIPE"
CACHE=${TFJS_NODE_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set; set TFJS_NODE_CACHE}/.cache}/tfjs-node-build}
STAMP=$PKG/deps/.setup-tfjs-node; WANT="$KEY $LINK patch=$([ "${TFJS_NODE_NO_PATCH:-}" = 1 ] && echo no || echo yes)"

is_set_up() {
  [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$WANT" ] && [ -s "$BINDING" ] || return 1
  local l; for l in $LIBS; do [ -s "$PKG/deps/lib/$l" ] || return 1; done   # -s follows links: a lost cache is noticed
}
if is_set_up; then say "already set up: $PKG (libtensorflow $TF_VERSION)"; exit 0; fi
if [ $MODE = check ]; then say "not set up: $PKG (run scripts/setup-tfjs-node.sh)"; exit 1; fi

mkdir -p "$CACHE" 2>/dev/null && [ -w "$CACHE" ] || die "cannot write the cache folder $CACHE (set TFJS_NODE_CACHE)"
CACHE=$(cd "$CACHE" && pwd -P); OUT=$CACHE/$KEY

# One builder per cache at a time.
if command -v flock >/dev/null; then exec 9>"$CACHE/.lock"; flock 9; fi

cached_ok() { [ -f "$OUT/MANIFEST" ] && (cd "$OUT" && sha256sum --quiet -c MANIFEST >/dev/null 2>&1); }

build() {
  local CXX=${CXX:-g++} T=$1 wheel inc hdr
  command -v "$CXX" >/dev/null || die "C++ compiler '$CXX' not found (Debian: apt-get install g++; or set CXX)"
  command -v python3 >/dev/null || die "python3 not found (Debian: apt-get install python3 python3-pip)"
  local need=1300 have; have=$(df -Pm "$CACHE" | awk 'NR==2{print $4}')
  [ "$have" -ge $need ] || die "$CACHE has ${have} MB free, building needs ${need} MB for a moment"

  # 1. N-API headers: next to node, in the usual places, else from npm (17 kB).
  hdr=; for inc in "$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")/include/node" /usr/include/node /usr/local/include/node; do
    [ -f "$inc/node_api.h" ] && { hdr=$inc; break; }
  done
  if [ -z "$hdr" ]; then
    command -v npm >/dev/null || die "no node_api.h on this machine and no npm to fetch $NAPI_HEADERS"
    say "no Node headers here; fetching $NAPI_HEADERS from npm"
    (cd "$T" && npm pack --silent "$NAPI_HEADERS" >/dev/null && tar xzf node-api-headers-*.tgz) || die "npm pack $NAPI_HEADERS failed"
    hdr=$T/package/include
    [ -f "$hdr/node_api.h" ] || die "$NAPI_HEADERS holds no include/node_api.h"
  fi

  # 2. The wheel, pinned by version and hash. The python tag only names the file: nothing in it is run by Python.
  if [ -n "${TFJS_NODE_WHEEL:-}" ]; then
    wheel=$TFJS_NODE_WHEEL; [ -f "$wheel" ] || die "TFJS_NODE_WHEEL=$wheel does not exist"
  else
    python3 -m pip --version >/dev/null 2>&1 || die "python3 has no pip (Debian: apt-get install python3-pip)"
    say "downloading tensorflow-cpu $TF_VERSION (187 MB) with pip"
    python3 -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --only-binary=:all: \
      --implementation cp --python-version 311 --abi cp311 --platform manylinux2014_x86_64 \
      -d "$T" "tensorflow-cpu==$TF_VERSION" || die "pip could not download tensorflow-cpu==$TF_VERSION (is PyPI reachable?)"
    wheel=$(echo "$T"/tensorflow_cpu-*.whl); [ -f "$wheel" ] || die "pip left no wheel in $T"
  fi
  echo "$TF_SHA256  $wheel" | sha256sum --quiet -c - >/dev/null 2>&1 ||
    die "$wheel is not the pinned file (sha256 $(sha256sum "$wheel" | cut -d' ' -f1), expected $TF_SHA256)"

  # 3. Only the two libraries and the C headers (14 files are read by the compiler).
  say "unpacking the two libraries and the C headers"
  python3 - "$wheel" "$T" <<'PY' || die "could not unpack $wheel"
import re, shutil, sys, zipfile
wheel, out = sys.argv[1:]
libs = {'tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'}
hdrs = re.compile(r'tensorflow/include/tensorflow/(c/[^/]*\.h|c/eager/c_api\.h|core/platform/ctstring(_internal)?\.h'
                  r'|tsl/c/tsl_status\.h|tsl/platform/ctstring(_internal)?\.h)$')
with zipfile.ZipFile(wheel) as z:
    names = set(z.namelist())
    if libs - names: sys.exit('not in the wheel: %s' % sorted(libs - names))
    for n in sorted(names):
        if n in libs or hdrs.match(n): z.extract(n, out)
PY
  [ -n "${TFJS_NODE_WHEEL:-}" ] || rm -f "$wheel"
  mkdir "$T/result"; mv "$T"/tensorflow/libtensorflow_*.so.2 "$T/result/"; chmod 755 "$T"/result/*.so.2
  local l; if command -v strip >/dev/null; then
    for l in $LIBS; do strip --strip-all "$T/result/$l" || die "strip failed on $l"; done
  else say "no strip here: the libraries stay 146 MB larger"; fi

  # 4. The binding, as binding.gyp would build it.
  say "compiling the binding with $CXX against $hdr"
  "$CXX" -O2 -fPIC -shared -std=c++17 -DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION \
    -I"$hdr" -I"$T/tensorflow/include" "$PKG/binding/tfjs_backend.cc" "$PKG/binding/tfjs_binding.cc" \
    -o "$T/result/tfjs_binding.node" "$T/result/libtensorflow_cc.so.2" "$T/result/libtensorflow_framework.so.2" \
    '-Wl,-rpath,$ORIGIN/../../deps/lib' -s || die "the binding did not compile"
  (cd "$T/result" && sha256sum * > MANIFEST)
  rm -rf "$OUT"; mv "$T/result" "$OUT"
}

if cached_ok; then say "using the cached build $OUT"
else
  TMP=$(mktemp -d "$CACHE/.build.XXXXXX"); trap 'rm -rf "$TMP"' EXIT
  build "$TMP"
fi

# 5. Place.
rm -f "$STAMP"; mkdir -p "$PKG/deps/lib" "$(dirname "$BINDING")"
for l in $LIBS; do
  rm -f "$PKG/deps/lib/$l"
  if [ "$LINK" = copy ]; then cp --reflink=auto "$OUT/$l" "$PKG/deps/lib/$l"; else ln -s "$OUT/$l" "$PKG/deps/lib/$l"; fi
done
rm -f "$BINDING"; cp "$OUT/tfjs_binding.node" "$BINDING"

# 6. Patch dist/*.js (exact strings; a second run finds nothing to do).
if [ "${TFJS_NODE_NO_PATCH:-}" != 1 ]; then
  node - "$PKG" <<'JS' || die "could not patch dist/*.js"
const fs = require('fs'), path = require('path'), pkg = process.argv[2];
const edits = [ // Node >= 23 has no util.isNullOrUndefined / util.isArray; TF >= 2.12 refuses to concat scalars
  ['dist/nodejs_kernel_backend.js', '(0, util_1.isNullOrUndefined)(tensorsOrDtype)', '(tensorsOrDtype == null)'],
  ['dist/nodejs_kernel_backend.js', '(0, util_1.isNullOrUndefined)(tensors)', '(tensors == null)'],
  ['dist/nodejs_kernel_backend.js', '(0, util_1.isArray)(tensors)', 'Array.isArray(tensors)'],
  ['dist/nodejs_kernel_backend.js', 'tf.concat([bucketStart, bucketEnd, bucketCounts_1])', 'tf.stack([bucketStart, bucketEnd, bucketCounts_1])'],
  ['dist/kernels/TopK.js', '(0, util_1.isNullOrUndefined)(', '(function (v) { return v == null; })('],
];
for (const [file, from, to] of edits) {
  const f = path.join(pkg, file), s = fs.readFileSync(f, 'utf8');
  if (s.includes(from)) { fs.writeFileSync(f + '.tmp', s.split(from).join(to)); fs.renameSync(f + '.tmp', f); }
  else if (!s.includes(to)) { console.error(`${file}: found neither "${from}" nor its patched form`); process.exit(1); }
}
JS
fi

# 7. Prove it: the real backend must be the active one and give the right numbers.
(cd "$PKG" && TF_CPP_MIN_LOG_LEVEL=2 node -e '
  const tf = require("./dist/index.js"), a = tf.tensor2d([[1, 2], [3, 4]]);
  if (tf.getBackend() !== "tensorflow") throw new Error("backend is " + tf.getBackend());
  const m = String(a.matMul(a).dataSync()), g = String(tf.grad(x => x.square().sum())(a).dataSync()), t = String(tf.topk(a, 1).values.dataSync());
  if (m !== "7,10,15,22" || g !== "2,4,6,8" || t !== "2,4") throw new Error("wrong numbers: " + [m, g, t].join(" | "));
  console.log("setup-tfjs-node: works: node " + process.version + ", libtensorflow " + tf.backend().binding.TF_Version);
' 2>"$CACHE/.verify.$$") || { cat "$CACHE/.verify.$$" >&2; rm -f "$CACHE/.verify.$$"; die "built, but tfjs-node does not work (see above)"; }
rm -f "$CACHE/.verify.$$"
printf '%s\n' "$WANT" > "$STAMP"
