//! The callscope program; all code is in the library.

fn main() -> std::process::ExitCode {
    callscope::commands::main()
}
