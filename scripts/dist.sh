#!/bin/sh
# Builds the program that is shipped: everything in it, optimised as a whole, and no path of the builder's machine.
# Leaves it in `dist/callscope` of the target folder.
set -eu
cd "$(dirname "$0")/.."

cargo_home="${CARGO_HOME:-$HOME/.cargo}"
rust_home="$(rustc --print sysroot)"
# Flags are parted by a unit separator, so that paths may have blanks in them.
part="$(printf '\037')"
CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$PWD=/callscope$part--remap-path-prefix=$cargo_home=/cargo$part--remap-path-prefix=$rust_home=/rust"
# The same for the parts in C.
CFLAGS="${CFLAGS:-} -ffile-prefix-map=$PWD=/callscope -ffile-prefix-map=$cargo_home=/cargo"
export CARGO_ENCODED_RUSTFLAGS CFLAGS

cargo build --profile dist --features pfx,parquet --locked
built="${CARGO_TARGET_DIR:-target}/dist/callscope"

# Profiles cannot promise it, so it is looked for.
for path in "$PWD" "$HOME/"; do
    if grep -a -q -F -e "$path" "$built"; then
        echo "error: $built contains $path" >&2
        exit 1
    fi
done
ls -l "$built"
