//! The command line `biaogan`.

fn main() -> std::process::ExitCode {
    biaogan::cli::run()
}
