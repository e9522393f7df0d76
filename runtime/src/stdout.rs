//! Standard output, for answers that are there at once.

use std::io::Write;

use crate::error::{Doing, Result};

/// Prints `text`, and keeps nothing of it back.
///
/// # Errors
/// write(2)'s.
pub fn print(text: impl AsRef<[u8]>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_ref()).and_then(|()| out.flush()).doing(|| "write the output".to_owned())
}
