//! Memory that a process and the children it clones have in common.

use std::num::NonZeroUsize;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};

/// A counter that a parent and its clones share, so that steps of both are numbered in one order.
#[derive(Debug)]
pub struct SharedCounter(NonNull<AtomicU32>);

impl SharedCounter {
    /// A counter that stands at 0. The page lives as long as the process.
    ///
    /// # Errors
    /// mmap(2)'s, which means that no memory is left.
    pub fn new() -> nix::Result<Self> {
        let size = NonZeroUsize::new(size_of::<AtomicU32>()).expect("a counter has a size");
        // SAFETY: a new anonymous mapping at an address of the kernel's choice overlaps nothing.
        let page = unsafe {
            mmap_anonymous(None, size, ProtFlags::PROT_READ | ProtFlags::PROT_WRITE, MapFlags::MAP_SHARED)?
        };
        Ok(Self(page.cast()))
    }

    /// Adds one and returns the new value.
    pub fn next(&self) -> u32 {
        // SAFETY: the page is mapped, aligned and zeroed (a valid AtomicU32), and is never unmapped.
        unsafe { self.0.as_ref() }.fetch_add(1, Ordering::Relaxed) + 1
    }
}
