//! The callscope program: everything is in the library.

fn main() -> std::process::ExitCode {
    callscope::commands::main()
}
