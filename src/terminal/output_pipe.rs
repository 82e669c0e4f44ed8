//! The pipe that results are written to: notices at once when its reader is gone.

/// Returns when the reader of standard output has closed it; never for a file.
#[cfg(unix)]
pub(crate) async fn wait_until_closed() {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;

    let (sender, closed) = tokio::sync::oneshot::channel();
    // It ends with the process: nothing else wakes it.
    std::thread::spawn(move || {
        let stdout = std::io::stdout();
        // An error and a hang-up are reported unasked.
        let mut polled = [PollFd::new(&stdout, PollFlags::empty())];
        while poll(&mut polled, None) == Err(Errno::INTR) {}
        let [polled] = polled;
        if polled.revents().intersects(PollFlags::ERR | PollFlags::HUP) {
            // The program is ending already.
            let _ended = sender.send(());
        }
    });
    if closed.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Outside Unix, only the next write notices.
#[cfg(not(unix))]
pub(crate) async fn wait_until_closed() {
    std::future::pending::<()>().await;
}
