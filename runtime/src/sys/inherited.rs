//! What a process carries along from its caller and its past, let go.

/// close(2) of what came through this program's execve(2), standard streams apart. Whatever this program
/// opens has `O_CLOEXEC` set, so what has not is the caller's, and no object here owns it.
pub fn close_inherited() {
    let listed = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let numbers: Vec<i32> = listed.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    for number in numbers.into_iter().filter(|number| *number > 2) {
        // SAFETY: F_GETFD takes no pointer; a descriptor that was closed meanwhile answers EBADF. One without
        // FD_CLOEXEC is owned by nothing here, as said above.
        unsafe {
            if libc::fcntl(number, libc::F_GETFD) == 0 {
                libc::close(number);
            }
        }
    }
}

/// Gives back to the kernel what the heap no longer uses, and what the stack does not use now.
pub fn trim_memory() {
    /// What is left alone below this frame: the calls that are made from here.
    const OWN: usize = 16 * 1024;
    const PAGE: usize = 4096;
    let here = 0_u8;
    let maps = procfs::process::Process::myself().and_then(|me| me.maps()).into_iter().flatten();
    let stack = maps.into_iter().find(|map| map.pathname == procfs::process::MMapPath::Stack);
    let bottom = stack.and_then(|map| usize::try_from(map.address.0).ok());
    let top = (&raw const here).addr().saturating_sub(OWN) & !(PAGE - 1);
    if let Some(bottom) = bottom.filter(|bottom| *bottom < top) {
        // SAFETY: the pages between the end of the stack's mapping and a point well below this frame hold
        // frames of calls that have returned; nobody reads them again before writing them. A refusal
        // changes nothing.
        unsafe { libc::madvise(std::ptr::without_provenance_mut(bottom), top - bottom, libc::MADV_DONTNEED) };
    }
    // SAFETY: malloc_trim has no precondition. It comes last, because looking for the stack took memory too.
    unsafe { libc::malloc_trim(0) };
}
