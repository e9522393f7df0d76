//! Whether a document is well-formed XML: as much of the grammar as an SVG needs.

/// Checks it, and returns its text: what stands between tags, a piece each.
pub(crate) fn texts(document: &str) -> Vec<String> {
    let (mut open, mut texts, mut roots) = (Vec::new(), Vec::new(), 0);
    let mut rest = document;
    while let Some(start) = rest.find('<') {
        let text = unescaped(&rest[..start]);
        assert!(!open.is_empty() || text.trim().is_empty(), "text outside of the root: {text:?}");
        texts.extend((!text.trim().is_empty()).then_some(text));
        let end = start + rest[start..].find('>').expect("a tag's end");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(declaration) = tag.strip_prefix('?') {
            assert!(document.starts_with("<?xml ") && declaration.ends_with('?'), "{tag}");
        } else if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "what ends is what was begun last");
        } else {
            let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
            let name = tag.split([' ', '\n']).next().expect("a name");
            assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric()) && !name.is_empty(), "{tag}");
            attributes(&tag[name.len()..]);
            roots += usize::from(open.is_empty());
            if !closed {
                open.push(name);
            }
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty() && roots == 1, "{open:?} not ended, {roots} roots");
    assert!(document.chars().all(|letter| letter >= ' ' || letter == '\n'), "a control character");
    texts
}

fn attributes(mut rest: &str) {
    let mut names = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return;
        }
        let (name, value) = rest.split_once("=\"").unwrap_or_else(|| panic!("an attribute: {rest}"));
        assert!(name.chars().all(|letter| letter.is_ascii_alphabetic() || "-:".contains(letter)), "{name}");
        assert!(!names.contains(&name), "{name} twice");
        names.push(name);
        let (value, behind) = value.split_once('"').expect("a value's end");
        unescaped(value);
        rest = behind;
    }
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';').unwrap_or_else(|| panic!("an entity: {part}"));
        whole.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            other => panic!("no such entity: {other}"),
        });
        whole.push_str(rest);
    }
    whole
}
