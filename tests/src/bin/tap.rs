//! `tap NAME`: holds a tap device of the network namespace that it is started in, as a virtual machine's monitor does.
//! Says `ready`, then the first ARP packet that comes out, in hexadecimal digits.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::fd::AsRawFd;

use nix::errno::Errno;

fn main() {
    let name = std::env::args().nth(1).expect("a name");
    let mut file = OpenOptions::new().read(true).write(true).open("/dev/net/tun").expect("/dev/net/tun");
    let flags = i16::try_from(libc::IFF_TAP | libc::IFF_NO_PI).expect("16 bits");
    let mut request = libc::ifreq {
        ifr_name: [0; libc::IFNAMSIZ],
        ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: flags },
    };
    for (place, byte) in request.ifr_name.iter_mut().zip(name.bytes()) {
        *place = byte.cast_signed();
    }
    hold(&file, &mut request).expect("the tap");
    println!("ready");
    let mut frame = [0; 2048];
    loop {
        let length = file.read(&mut frame).expect("a frame");
        if frame[12..14] == [0x08, 0x06] {
            let digits: Vec<String> = frame[..length].iter().map(|byte| format!("{byte:02x}")).collect();
            println!("{}", digits.concat());
            return;
        }
    }
}

#[allow(unsafe_code)]
fn hold(file: &std::fs::File, request: &mut libc::ifreq) -> nix::Result<()> {
    // SAFETY: TUNSETIFF reads and writes one ifreq, which outlives the call.
    Errno::result(unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF, request) }).map(drop)
}
