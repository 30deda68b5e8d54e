//! The command: parse, run, report, exit code; nothing else.

fn main() -> std::process::ExitCode {
    torikumi::cli::main()
}
