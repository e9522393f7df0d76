//! The pcap filter library's compiler: an expression of pcap-filter(7) becomes a program of classic BPF.
//!
//! Of libpcap only the compiler is used, on a handle that captures nothing (pcap_open_dead(3PCAP),
//! pcap_compile(3PCAP)). Debian builds it with sources of packets that need D-Bus and RDMA; whoever lists or opens
//! sources would get to them, and nobody here does. So the four functions by which libpcap enters those sources are
//! defined here, and none of D-Bus is linked.

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::sync::Once;

use super::packet::Instruction;

/// `pcap_t`, which only libpcap looks into.
type Handle = *mut c_void;

/// `struct bpf_program`.
#[repr(C)]
struct Program {
    length: c_uint,
    instructions: *mut Instruction,
}

/// `struct pcap_pkthdr`.
#[repr(C)]
struct Header {
    time: libc::timeval,
    captured: u32,
    length: u32,
}

#[link(name = "pcap", kind = "static", modifiers = "-bundle")]
unsafe extern "C" {
    fn pcap_open_dead(link_type: c_int, longest: c_int) -> Handle;
    fn pcap_compile(
        handle: Handle,
        program: *mut Program,
        expression: *const c_char,
        optimize: c_int,
        netmask: u32,
    ) -> c_int;
    fn pcap_geterr(handle: Handle) -> *const c_char;
    fn pcap_freecode(program: *mut Program);
    fn pcap_close(handle: Handle);
    fn pcap_offline_filter(program: *const Program, header: *const Header, packet: *const u8) -> c_int;
}

unsafe extern "C" {
    /// glibc's, `<nss.h>`.
    fn __nss_configure_lookup(database: *const c_char, services: *const c_char) -> c_int;
}

/// How libpcap finds a source that is not there: no devices of its kind.
type Find = extern "C" fn(*mut c_void, *mut c_char) -> c_int;
/// How libpcap opens a source that is not there: the name is none of its kind.
type Create = unsafe extern "C" fn(*const c_char, *mut c_char, *mut c_int) -> Handle;

macro_rules! no_source {
    ($find:ident, $create:ident) => {
        // SAFETY: libpcap's own definition is left out of the program by this one, which has its signature.
        #[unsafe(no_mangle)]
        extern "C" fn $find(_devices: *mut c_void, _error: *mut c_char) -> c_int {
            0
        }
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $create(_name: *const c_char, _error: *mut c_char, mine: *mut c_int) -> Handle {
            // SAFETY: libpcap passes a place for the answer.
            unsafe { mine.write(0) };
            std::ptr::null_mut()
        }
    };
}

no_source!(dbus_findalldevs, dbus_create);
no_source!(rdmasniff_findalldevs, rdmasniff_create);

/// The linker takes them from here because they are used here, before it looks into libpcap.
static SOURCES: [(Find, Create); 2] =
    [(dbus_findalldevs, dbus_create), (rdmasniff_findalldevs, rdmasniff_create)];

/// Compiles `expression` for packets of a link type (`DLT_*`), of which a match takes at most `longest` bytes. Without
/// the netmask of a device `ip broadcast` can't be asked for.
///
/// Names of hosts are looked up as /etc/hosts and DNS have them, those of ports and protocols in /etc/services and
/// /etc/protocols.
///
/// # Errors
/// libpcap's words.
pub fn compile(expression: &str, link_type: i32, longest: u32) -> Result<Vec<Instruction>, String> {
    static NAMES: Once = Once::new();
    NAMES.call_once(look_up_by_files_and_dns);
    std::hint::black_box(&SOURCES);
    let expression = CString::new(expression).map_err(|_| "it holds a NUL".to_owned())?;
    let longest = i32::try_from(longest).unwrap_or(i32::MAX);
    let mut program = Program { length: 0, instructions: std::ptr::null_mut() };
    // SAFETY: the handle is closed and the program freed, each once, after their last use; the instructions are copied
    // before. The words of an error belong to the handle, and are copied too. `u32::MAX` is PCAP_NETMASK_UNKNOWN.
    unsafe {
        let handle = pcap_open_dead(link_type, longest);
        if handle.is_null() {
            return Err("no memory".to_owned());
        }
        let compiled = if pcap_compile(handle, &raw mut program, expression.as_ptr(), 1, u32::MAX) == 0 {
            let length = usize::try_from(program.length).unwrap_or(0);
            let instructions = std::slice::from_raw_parts(program.instructions, length).to_vec();
            pcap_freecode(&raw mut program);
            Ok(instructions)
        } else {
            Err(CStr::from_ptr(pcap_geterr(handle)).to_string_lossy().into_owned())
        };
        pcap_close(handle);
        compiled
    }
}

/// Whether `program` wants a packet of `length` bytes, of which `bytes` are there.
pub fn wants(program: &[Instruction], bytes: &[u8], length: u32) -> bool {
    let program = Program {
        length: c_uint::try_from(program.len()).unwrap_or(0),
        instructions: program.as_ptr().cast_mut(),
    };
    let captured = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let header = Header { time: libc::timeval { tv_sec: 0, tv_usec: 0 }, captured, length };
    // SAFETY: all three are read only, and within their lengths: libpcap checks each load against `captured`, and the
    // program is one that it has compiled.
    unsafe { pcap_offline_filter(&raw const program, &raw const header, bytes.as_ptr()) != 0 }
}

/// This program is static: whatever else /etc/nsswitch.conf names would be loaded from the machine's libraries, which
/// are another glibc's.
fn look_up_by_files_and_dns() {
    for (database, services) in [
        (c"hosts", c"files dns"),
        (c"networks", c"files"),
        (c"protocols", c"files"),
        (c"services", c"files"),
        (c"ethers", c"files"),
    ] {
        // SAFETY: both are strings that end with NUL, and are copied.
        unsafe { __nss_configure_lookup(database.as_ptr(), services.as_ptr()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `DLT_EN10MB`.
    const ETHERNET: i32 = 1;

    #[test]
    fn an_expression_becomes_what_tcpdump_makes_of_it() {
        // tcpdump -dd -s 262144 arp
        let shown: Vec<_> = compile("arp", ETHERNET, 262_144)
            .expect("a program")
            .iter()
            .map(|it| (it.code, it.jt, it.jf, it.k))
            .collect();
        let expected = [(0x28, 0, 0, 12), (0x15, 0, 1, 0x0806), (0x6, 0, 0, 0x0004_0000), (0x6, 0, 0, 0)];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_mistake_is_told_in_libpcaps_words() {
        assert_eq!(
            compile("nonsense and", ETHERNET, 96),
            Err("can't parse filter expression: syntax error".into())
        );
        assert_eq!(compile("port nonsense", ETHERNET, 96).map(|_| ()), Err("unknown port 'nonsense'".into()));
        assert!(compile("a\0b", ETHERNET, 96).is_err());
    }

    #[test]
    fn names_are_found_without_a_library_of_the_machine() {
        let length = |expression| compile(expression, ETHERNET, 96).expect("a program").len();
        assert_eq!(length("ip host localhost"), length("ip host 127.0.0.1"));
    }

    #[test]
    fn a_program_judges_packets() {
        let program = compile("vlan 7 and arp", ETHERNET, 96).expect("a program");
        let mut packet = [0; 60];
        assert!(!wants(&program, &packet, 60));
        packet[12..18].copy_from_slice(&[0x81, 0, 0, 7, 8, 6]);
        assert!(wants(&program, &packet, 60));
        assert!(!wants(&program, &packet[..13], 60));
    }
}
