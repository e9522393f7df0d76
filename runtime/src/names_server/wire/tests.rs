use domain::base::Ttl;

use super::*;

fn query(name: &str, kind: Rtype, room: Option<u16>) -> Vec<u8> {
    let mut query = MessageBuilder::new_vec().question();
    query.header_mut().set_id(7);
    query.header_mut().set_rd(true);
    query.push((name.parse::<Name<Vec<u8>>>().expect("a name"), kind)).expect("room");
    let mut end = query.additional();
    if let Some(room) = room {
        end.opt(|opt| {
            opt.set_udp_payload_size(room);
            Ok(())
        })
        .expect("room");
    }
    end.finish()
}

fn parsed(answer: &[u8]) -> Message<&[u8]> {
    Message::from_octets(answer).expect("a message")
}

fn many(count: u8) -> Decision {
    Decision::Addresses((0..count).map(|last| Ipv4Addr::new(10, 1, 0, last).into()).collect())
}

#[test]
fn a_question_is_read_in_lower_case_and_whole() {
    let read = read(&query("Web.Example", Rtype::AAAA, None)).expect("a question");
    assert_eq!(read, Question { labels: vec!["web".into(), "example".into()], kind: Kind::Aaaa });
    let dotted = super::read(&query(r"a\.b.c", Rtype::A, None)).expect("a question");
    assert_eq!(dotted.labels, [r"a\.b", "c"], "a dot in a label is no border");
}

#[test]
fn a_reverse_name_is_a_prefix() {
    let reverse = |name: &str| read(&query(name, Rtype::PTR, None)).expect("a question").reverse();
    assert_eq!(reverse("2.0.1.10.in-addr.arpa"), Some(("10.1.0.2".parse().unwrap(), 32)));
    assert_eq!(reverse("1.10.IN-ADDR.arpa"), Some(("10.1.0.0".parse().unwrap(), 16)));
    assert_eq!(reverse("0.0.1.0.d.f.ip6.arpa"), Some(("fd01::".parse().unwrap(), 24)));
    for name in
        ["in-addr.arpa", "1.2.3.4.5.in-addr.arpa", "256.in-addr.arpa", "12.ip6.arpa", "x.ip6.arpa", "1.2.3.4"]
    {
        assert_eq!(reverse(name), None, "{name}");
    }
}

#[test]
fn an_answer_says_what_was_decided() {
    let asked = query("web", Rtype::A, Some(4096));
    let answered = answer(&asked, &many(2), false).expect("an answer");
    let message = parsed(&answered);
    assert!(message.is_answer(&parsed(&asked)) && answers(&answered, &asked));
    let header = message.header();
    assert!(header.aa() && header.ra() && header.rd() && !header.tc());
    assert_eq!(message.header_counts().ancount(), 2);
    let records = message.answer().expect("answers").limit_to::<A>();
    assert!(records.flatten().all(|record| record.ttl() == Ttl::from_secs(TTL)));
    assert_eq!(message.opt().expect("its own limit").udp_payload_size(), UNFRAGMENTED);
    for (decision, code) in [
        (Decision::Unknown, Rcode::NXDOMAIN),
        (Decision::Refused, Rcode::REFUSED),
        (Decision::Failed, Rcode::SERVFAIL),
        (Decision::Addresses(vec![]), Rcode::NOERROR),
    ] {
        let answered = answer(&asked, &decision, false).expect("an answer");
        assert_eq!(parsed(&answered).header().rcode(), code);
        assert_eq!(is_failure(&answered), matches!(decision, Decision::Refused | Decision::Failed));
    }
}

#[test]
fn an_answer_is_cut_where_the_asker_says() {
    for (room, stream, longest) in [(None, false, 512), (Some(100), false, 512), (Some(4096), false, 1232)] {
        let answered = answer(&query("web", Rtype::A, room), &many(200), stream).expect("an answer");
        assert!(
            answered.len() <= longest && answered.len() > longest - 28,
            "{} of {longest}",
            answered.len()
        );
        assert!(parsed(&answered).header().tc());
    }
    let answered = answer(&query("web", Rtype::A, None), &many(200), true).expect("an answer");
    assert_eq!((parsed(&answered).header().tc(), parsed(&answered).header_counts().ancount()), (false, 200));
}

#[test]
fn a_name_that_is_none_is_not_told() {
    let names = Decision::Names(vec!["web".into(), "x".repeat(64), "0123456789ab".into()]);
    let answered =
        answer(&query("2.0.1.10.in-addr.arpa", Rtype::PTR, None), &names, false).expect("an answer");
    assert_eq!((parsed(&answered).header().tc(), parsed(&answered).header_counts().ancount()), (false, 2));
}

#[test]
fn only_the_answer_to_the_question_is_one() {
    let asked = query("web", Rtype::A, None);
    let mut other = answer(&query("web", Rtype::AAAA, None), &Decision::Unknown, false).expect("an answer");
    assert!(!answers(&other, &asked), "another question");
    other = answer(&asked, &Decision::Unknown, false).expect("an answer");
    renumber(&mut other, 8);
    assert!(!answers(&other, &asked) && number(&other) == 8, "another number");
    assert!(!answers(&asked, &asked), "no answer");
}

#[test]
fn what_is_no_question_harms_nobody() {
    let good = query("web.example", Rtype::A, Some(512));
    let (mut answer_to_nobody, mut twice) = (good.clone(), good.clone());
    answer_to_nobody[2] |= 0x80;
    assert_eq!(read(&answer_to_nobody), Err(None), "no answer to an answer");
    twice[5] = 2;
    assert!(matches!(read(&twice), Err(Some(_))));
    // Each byte changed, and each length.
    for at in 0..good.len() {
        assert!(read(&good[..at]).is_ok() == (at >= good.len() - 11), "{at}");
        for value in [0, 1, 0x3f, 0x40, 0xc0, 0xff] {
            let mut bad = good.clone();
            bad[at] = value;
            let _ = read(&bad);
            let _ = answer(&bad, &many(3), false);
            let _ = answers(&bad, &good);
            let _ = is_failure(&bad);
        }
    }
}
