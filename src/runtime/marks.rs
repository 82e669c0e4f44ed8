//! Keeps the marks beside the loop: reads them at the start, writes changes after a while and the last
//! at the end.
//!
//! The screen never waits for the disk, and many changes in a row cost one write. What the file holds
//! after it goes back to the screen, with what other viewers have changed in it meanwhile.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::clock;
use crate::app::event::Event;
use crate::chat::{Marks, Moment};
use crate::store::{Kept, Store};

/// Changes are gathered for so long before they are written.
const GATHER: Duration = Duration::from_secs(2);

/// Runs until nobody sends changes any more, and writes what came last. Without a store, what is
/// remembered begins with `since` and ends with the program.
pub async fn keep(
    store: Option<Store>,
    since: Moment,
    mut changes: mpsc::UnboundedReceiver<Marks>,
    events: mpsc::Sender<Event>,
) {
    let mut unwritten = Marks::starting(since);
    let Some(store) = store else {
        tell(&events, Event::MarksRead(unwritten)).await;
        return;
    };
    let mut is_told = false;
    loop {
        match write(&store, &unwritten).await {
            Ok(kept) => {
                unwritten = Marks::default();
                is_told = false;
                tell(&events, Event::MarksRead(kept.marks)).await;
                if let Some(aside) = kept.put_aside {
                    let why = format!(
                        "What was seen and watched could not be read and begins anew; the old file is {}",
                        aside.display()
                    );
                    tell(&events, Event::EffectFailed(why)).await;
                }
            }
            // The same trouble is told once; what was not written goes with the next.
            Err(_) if is_told => {}
            Err(why) => {
                is_told = true;
                tell(&events, Event::MarksRead(unwritten.clone())).await;
                tell(&events, Event::EffectFailed(why)).await;
            }
        }
        if !gather(&mut changes, &mut unwritten).await {
            if unwritten != Marks::default() {
                // Nobody is left to tell how it went.
                let _untold = write(&store, &unwritten).await;
            }
            return;
        }
    }
}

/// Waits for changes and for what follows them closely; `false` once nobody sends any more.
async fn gather(changes: &mut mpsc::UnboundedReceiver<Marks>, gathered: &mut Marks) -> bool {
    let Some(first) = changes.recv().await else {
        return false;
    };
    gathered.merge(&first);
    let mut over = std::pin::pin!(sleep(GATHER));
    loop {
        tokio::select! {
            more = changes.recv() => match more {
                Some(more) => gathered.merge(&more),
                None => return false,
            },
            () = &mut over => return true,
        }
    }
}

async fn write(store: &Store, changes: &Marks) -> Result<Kept, String> {
    let (store, changes) = (store.clone(), changes.clone());
    let written = spawn_blocking(move || store.keep(&changes, clock::now())).await;
    let why = match written {
        Ok(Ok(kept)) => return Ok(kept),
        Ok(Err(fault)) => fault.to_string(),
        Err(error) => error.to_string(),
    };
    Err(format!("What is seen and watched is not kept: {why}"))
}

async fn tell(events: &mpsc::Sender<Event>, event: Event) {
    // The program is ending when nobody listens.
    let _ended = events.send(event).await;
}
