#!/bin/sh
# Takes the pictures in this folder again, from the program in a terminal. Needs nothing but Rust.
cd "$(dirname "$0")/.." || exit 1
CALLSCOPE_WRITE_PICTURES=1 exec cargo test --quiet --test it pictures::
