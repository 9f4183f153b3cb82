#!/bin/sh
# Builds the program that is shipped: everything in it, optimised as a whole, and no path of the builder's machine.
# Leaves it in target/dist/callscope.
set -eu
cd "$(dirname "$0")/.."

cargo_home="${CARGO_HOME:-$HOME/.cargo}"
rust_home="$(rustc --print sysroot)"
RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=/callscope --remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$rust_home=/rust"
# The same for the parts in C.
CFLAGS="${CFLAGS:-} -ffile-prefix-map=$PWD=/callscope -ffile-prefix-map=$cargo_home=/cargo"
export RUSTFLAGS CFLAGS

cargo build --profile dist --features pfx --locked

# Profiles cannot promise it, so it is looked for.
for path in "$PWD" "$HOME/"; do
    if grep -a -q -F -e "$path" target/dist/callscope; then
        echo "error: target/dist/callscope contains $path" >&2
        exit 1
    fi
done
ls -l target/dist/callscope
