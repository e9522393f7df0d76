use std::io::Cursor;

use super::*;

/// One packet of netlink: the 16 bytes before it, and four of its own.
fn packet() -> Vec<u8> {
    [&[0, 7, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12][..], &[1, 2, 3, 4]].concat()
}

fn numbers(big: bool, numbers: &[u32]) -> Vec<u8> {
    let write = |number: &u32| if big { number.to_be_bytes() } else { number.to_le_bytes() };
    numbers.iter().flat_map(write).collect()
}

fn halves(big: bool, halves: &[u16]) -> Vec<u8> {
    let write = |number: &u16| if big { number.to_be_bytes() } else { number.to_le_bytes() };
    halves.iter().flat_map(write).collect()
}

fn classic(big: bool, magic: u32, fraction: u32) -> Vec<u8> {
    [
        numbers(big, &[magic]),
        halves(big, &[2, 4]),
        numbers(big, &[0, 0, 262_144, NETLINK]),
        numbers(big, &[1_700_000_000, fraction, 20, 20]),
        packet(),
    ]
    .concat()
}

fn block(big: bool, kind: u32, body: &[u8]) -> Vec<u8> {
    let mut padded = body.to_vec();
    padded.resize(body.len().next_multiple_of(4), 0);
    let length = u32::try_from(padded.len() + 12).unwrap();
    [numbers(big, &[kind, length]), padded, numbers(big, &[length])].concat()
}

/// A section with an interface of nanoseconds, a block of no interest, and a packet in each kind of block.
fn modern(big: bool) -> Vec<u8> {
    let section = [numbers(big, &[0x1a2b_3c4d]), halves(big, &[1, 0]), vec![0xff; 8]].concat();
    let resolution = [halves(big, &[9, 1]), vec![9, 0, 0, 0], halves(big, &[0, 0])].concat();
    let interface = [halves(big, &[253, 0]), numbers(big, &[0]), resolution].concat();
    let time = 1_700_000_000_000_000_005_u64;
    let time = [u32::try_from(time >> 32).unwrap(), u32::try_from(time & 0xffff_ffff).unwrap()];
    let whole = [numbers(big, &[0, time[0], time[1], 20, 24]), packet()].concat();
    let obsolete = [halves(big, &[0, 0]), numbers(big, &[time[0], time[1], 20, 20]), packet()].concat();
    [
        block(big, 0x0a0d_0d0a, &section),
        block(big, 1, &interface),
        block(big, 5, &[0; 12]),
        block(big, 6, &whole),
        block(big, 2, &obsolete),
        block(big, 3, &[numbers(big, &[20]), packet()].concat()),
    ]
    .concat()
}

/// All packets, or what is wrong.
fn packets(bytes: &[u8]) -> std::result::Result<Vec<Packet>, String> {
    let mut input = Cursor::new(bytes.get(4..).unwrap_or_default());
    let mut found = Vec::new();
    if let Some(order) = bytes.first_chunk().and_then(|magic| classic::Order::of(*magic)) {
        let capture = classic::Capture::open(order, &mut input)?;
        while let Some(packet) = capture.next(&mut input)? {
            found.push(packet);
        }
    } else {
        let mut capture = blocks::Capture::default();
        while let Some(packet) = capture.next(&mut input)? {
            found.push(packet);
        }
    }
    Ok(found)
}

#[test]
fn pcap_of_either_order_and_either_unit_is_read() {
    for (big, magic, fraction) in [
        (true, 0xa1b2_c3d4, 5),
        (false, 0xa1b2_c3d4, 5),
        (true, 0xa1b2_3c4d, 5000),
        (false, 0xa1b2_3c4d, 5000),
    ] {
        let bytes = classic(big, magic, fraction);
        assert!(is_capture(&bytes));
        let found = packets(&bytes).unwrap();
        let time = Some(Duration::new(1_700_000_000, 5000));
        assert_eq!(found, [Packet { time, link: 253, bytes: packet(), length: 20 }], "{big} {magic:x}");
        let cooked = netlink(253, &found[0].bytes).unwrap();
        assert_eq!(cooked.direction, Some(Direction::ToKernel));
        assert_eq!((cooked.family, cooked.rest), (Family::NETFILTER, &[1, 2, 3, 4][..]));
    }
}

#[test]
fn pcapng_of_either_order_is_read() {
    for big in [true, false] {
        let bytes = modern(big);
        assert!(is_capture(&bytes));
        let time = Some(Duration::new(1_700_000_000, 5));
        let whole = |time, length| Packet { time, link: 253, bytes: packet(), length };
        assert_eq!(packets(&bytes).unwrap(), [whole(time, 24), whole(time, 20), whole(None, 20)]);
    }
}

#[test]
fn what_the_capture_cut_off_is_counted() {
    let bytes = modern(true);
    let found = &packets(&bytes).unwrap()[0];
    let datagram = netlink(found.link, &found.bytes).unwrap().datagram(None, cooked_length(found));
    assert_eq!(datagram.content, Content::Bytes { bytes: vec![1, 2, 3, 4], length: 8, exact: true });
}

#[test]
fn netlink_among_other_devices_is_found() {
    let header = [0, 0, 0, 0, 0, 0, 0, 3, 3, 0x38, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let cooked = netlink(LINUX_SLL2, &header).unwrap();
    assert_eq!((cooked.direction, cooked.family), (Some(Direction::ToProgram), Family::ROUTE));
    assert!(netlink(LINUX_SLL, &[0; 16]).is_none(), "another device's");
    assert!(netlink(1, &packet()).is_none(), "Ethernet");
}

#[test]
fn a_truncated_capture_is_an_error_that_says_so() {
    for whole in [classic(false, 0xa1b2_c3d4, 0), modern(false)] {
        // Ends between packets are ends.
        let ends: Vec<usize> = (4..whole.len()).filter(|length| packets(&whole[..*length]).is_ok()).collect();
        assert!(ends.len() <= 5, "{ends:?}");
        for length in (4..whole.len()).filter(|length| !ends.contains(length)) {
            let error = packets(&whole[..length]).unwrap_err();
            assert!(error.starts_with("truncated: it ends in "), "{length}: {error}");
        }
    }
}

#[test]
fn a_length_that_lies_takes_no_memory() {
    let mut lying = classic(false, 0xa1b2_c3d4, 0);
    lying[32..36].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(packets(&lying).unwrap_err().contains("4294967295 bytes"));
    let mut lying = modern(false);
    lying[4..8].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    assert!(packets(&lying).unwrap_err().contains("no capture of netlink has any that long"));
}

#[test]
fn damage_anywhere_is_no_panic() {
    for whole in [classic(true, 0xa1b2_c3d4, 0), classic(false, 0xa1b2_3c4d, 0), modern(true), modern(false)]
    {
        for place in 0..whole.len() {
            for bits in [0x01, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[place] ^= bits;
                for packet in packets(&damaged).unwrap_or_default() {
                    let _ = netlink(packet.link, &packet.bytes)
                        .map(|cooked| cooked.datagram(None, packet.length));
                }
            }
        }
    }
}
