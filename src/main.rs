//! Parses the arguments, runs, and returns the exit code.

use std::io;
use std::process::ExitCode;

use sochat::ExitStatus;

#[expect(
    clippy::disallowed_methods,
    reason = "the only place that reads the arguments"
)]
fn main() -> ExitCode {
    let options = match sochat::parse(std::env::args_os()) {
        Ok(options) => options,
        Err(error) => {
            // Help printed to a closed pipe is not an error.
            let _closed = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let exit = match sochat::build_runtime() {
        Ok(tokio) => {
            let exit = tokio.block_on(sochat::run(
                &options,
                &sochat::env_vars(),
                &mut io::stderr(),
            ));
            // Does not wait for pending requests.
            tokio.shutdown_background();
            exit
        }
        Err(_) => ExitStatus::Other,
    };
    exit.into()
}
