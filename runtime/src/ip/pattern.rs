//! Patterns of names, as fnmatch(3) reads them without flags.

/// Whether all of `text` is as `pattern` says: `*` stands for any bytes, `?` for one, `[a-c]` for one of these, `[!a]`
/// for one that is none of these, and `\` for what follows it.
pub fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    // Where to go on when what follows the last star does not fit here: the star takes one byte more.
    let mut star: Option<(&[u8], &[u8])> = None;
    loop {
        if let [b'*', rest @ ..] = pattern {
            star = Some((rest, text));
            pattern = rest;
            continue;
        }
        match (one(pattern, text.first().copied()), text) {
            (Some(rest), [_, after @ ..]) => (pattern, text) = (rest, after),
            (None, []) if pattern.is_empty() => return true,
            _ => match star {
                Some((rest, [_, after @ ..])) => {
                    star = Some((rest, after));
                    (pattern, text) = (rest, after);
                }
                _ => return false,
            },
        }
    }
}

/// What follows of `pattern` where its first element stands for `byte`.
fn one(pattern: &[u8], byte: Option<u8>) -> Option<&[u8]> {
    let byte = byte?;
    match pattern {
        [b'?', rest @ ..] => Some(rest),
        [b'[', set @ ..] if set.get(1..).is_some_and(|rest| rest.contains(&b']')) => among(set, byte),
        [b'\\', literal, rest @ ..] | [literal, rest @ ..] => (*literal == byte).then_some(rest),
        [] => None,
    }
}

/// What follows the bracket that `set` begins behind, if `byte` is one that it is for.
fn among(set: &[u8], byte: u8) -> Option<&[u8]> {
    let (wanted, mut set) = match set {
        [b'!' | b'^', rest @ ..] => (false, rest),
        _ => (true, set),
    };
    let mut found = false;
    let mut first = true;
    loop {
        match set {
            [b']', rest @ ..] if !first => return (found == wanted).then_some(rest),
            [low, b'-', high, rest @ ..] if *high != b']' => {
                found |= (*low..=*high).contains(&byte);
                set = rest;
            }
            [each, rest @ ..] => {
                found |= *each == byte;
                set = rest;
            }
            [] => return None,
        }
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_fnmatch() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("eth0", "eth0"),
            ("eth*", "eth0:1"),
            ("*:1", "eth:0:1"),
            ("e?h[0-9]", "eth7"),
            ("[!a-c]*d", "xd"),
            ("[]a]", "]"),
            ("[^]]", "x"),
            ("a**b*c", "a-bb-c"),
            ("\\*", "*"),
            ("[x", "[x"),
            ("[a-]", "-"),
        ] {
            assert!(fits(pattern.as_bytes(), text.as_bytes()), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a", ""),
            ("?", ""),
            ("eth", "eth0"),
            ("eth0", "eth"),
            ("*1", "eth0"),
            ("[!a]", "a"),
            ("[a-c]", "d"),
            ("\\*", "a"),
            ("a*b*c", "a-c-b"),
        ] {
            assert!(!fits(pattern.as_bytes(), text.as_bytes()), "{pattern} {text}");
        }
    }
}
