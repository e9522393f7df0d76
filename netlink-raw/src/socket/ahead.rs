//! A long list is read by a thread of its own while what came before is used: of the time of `ip link show`, the kernel
//! takes most.

use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use super::transport::Kernel;
use crate::Error;

/// Datagrams that are handed over together. To wake the other thread for each would take longer than to read it.
const TOGETHER: usize = 16;

type Batch = Vec<Vec<u8>>;

/// Lets `take` have the datagrams that `kernel` receives, up to the one that `is_last`, or until it returns something.
/// Nothing is read, and nothing returned, where no thread can be had.
///
/// # Errors
/// Those of receiving, and of `take`.
pub(super) fn read<T>(
    kernel: &mut Kernel,
    operation: &str,
    is_last: impl Fn(&[u8]) -> bool + Send,
    mut take: impl FnMut(&[u8]) -> Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    thread::scope(|scope| {
        let (full, batches) = mpsc::sync_channel(1);
        let (back, used) = mpsc::channel();
        let read = move || receive(kernel, operation, is_last, &full, &used);
        let Ok(reader) = thread::Builder::new().spawn_scoped(scope, read) else { return Ok(None) };
        // Where this returns before the end, nobody takes what is read, which ends the thread.
        for batch in batches {
            for datagram in &batch {
                if let Some(taken) = take(datagram)? {
                    return Ok(Some(taken));
                }
            }
            // Once all is read, nobody needs the memory.
            let _ = back.send(batch);
        }
        reader.join().unwrap_or_else(|panic| resume_unwind(panic)).map(|()| None)
    })
}

/// Reads, into the memory of batches that were `used`.
fn receive(
    kernel: &mut Kernel,
    operation: &str,
    is_last: impl Fn(&[u8]) -> bool,
    full: &SyncSender<Batch>,
    used: &Receiver<Batch>,
) -> Result<(), Error> {
    let mut ended = false;
    while !ended {
        let mut spare = used.try_recv().unwrap_or_default();
        let mut batch = Vec::with_capacity(TOGETHER);
        while !ended && batch.len() < TOGETHER {
            kernel.reuse(spare.pop().unwrap_or_default());
            let datagram = kernel.receive(&operation)?;
            ended = is_last(&datagram);
            batch.push(datagram);
        }
        if full.send(batch).is_err() {
            break;
        }
    }
    Ok(())
}
