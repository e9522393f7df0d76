//! Hardware addresses, as `ip` reads them.

use netlink_raw::HardwareAddress;

use crate::ip::words::{Result, failed, number};

/// Reads a hardware address: bytes in hexadecimal with `:` between them, as many as there are; or an IPv4 address,
/// which is that of a tunnel's end.
///
/// # Errors
/// It is none: `"zz" is invalid lladdr.`
pub fn read(word: &str) -> Result<HardwareAddress> {
    let invalid = |part: &str| failed(format!("\"{part}\" is invalid lladdr."));
    if word.contains('.') {
        let bytes: Option<HardwareAddress> = word.split('.').map(number).collect();
        return bytes.filter(|bytes| bytes.len() == 4).ok_or_else(|| invalid(word));
    }
    word.split(':').map(|part| byte(part).ok_or_else(|| invalid(part))).collect()
}

/// The hexadecimal digits at the beginning of `part`, as sscanf(3) takes them.
fn byte(part: &str) -> Option<u8> {
    let digits = part.strip_prefix("0x").unwrap_or(part);
    let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
    u8::from_str_radix(&digits[..end], 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_bytes_in_hexadecimal() {
        assert_eq!(read("02:42:a:01:0:ff").unwrap(), [2, 0x42, 0xa, 1, 0, 0xff].into());
        assert_eq!(read("1").unwrap(), [1].into());
        assert_eq!(read("10.1.2.3").unwrap(), [10, 1, 2, 3].into());
        for (bad, part) in [("zz", "zz"), ("02:100", "100"), ("02::1", ""), ("1.2", "1.2"), ("é:1", "é")] {
            let error = read(bad).unwrap_err();
            assert_eq!(
                (error.to_string(), error.exit_status()),
                (format!("\"{part}\" is invalid lladdr."), 1)
            );
        }
    }
}
