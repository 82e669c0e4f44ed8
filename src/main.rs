//! The door: arguments in, exit code out.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use sochat::ExitStatus;

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the arguments"
)]
fn main() -> ExitCode {
    let options = match sochat::parse(std::env::args_os()) {
        Ok(options) => options,
        Err(error) => {
            // Help into a closed pipe is no failure.
            let _closed = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // The loop has the main thread. One more, so that decoding never delays a key; a third would
    // only be woken in vain. Those that read a long answer beside it end soon after.
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_keep_alive(Duration::from_secs(1))
        .enable_all()
        .build();
    let exit = match tokio {
        Ok(tokio) => {
            let exit = tokio.block_on(sochat::run(
                &options,
                &sochat::env_vars(),
                &mut io::stderr(),
            ));
            // Requests under way are not waited for.
            tokio.shutdown_background();
            exit
        }
        Err(_) => ExitStatus::Other,
    };
    exit.into()
}
