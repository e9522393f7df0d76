//! `call NUMBER [ARGUMENT…]`: makes a system call and tells what came of it: `= 5`, or the error's name.

use nix::errno::Errno;

#[allow(unsafe_code)]
fn main() {
    let words: Vec<i64> = std::env::args().skip(1).map(|word| word.parse().expect("a number")).collect();
    let [number, arguments @ ..] = words.as_slice() else { panic!("usage: call NUMBER [ARGUMENT…]") };
    let argument = |at: usize| arguments.get(at).copied().unwrap_or(0);
    // SAFETY: tests call what takes no pointer, or what is refused before it looks at one.
    let result = unsafe {
        libc::syscall(*number, argument(0), argument(1), argument(2), argument(3), argument(4), argument(5))
    };
    match Errno::result(result) {
        Ok(value) => println!("= {value}"),
        Err(errno) => println!("{errno:?}"),
    }
}
