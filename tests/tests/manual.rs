//! `pontoon man` and `pontoon completion`: what is made of the definitions of the command line.

use std::fs;

use pontoon_tests::{Host, Output};

/// The commands of `pontoon HELP`: below "Commands:", the first word of each indented line, and what it does behind two
/// spaces. (Lines in `ip`'s words are none.)
fn commands(help: &Output) -> Vec<String> {
    let listed = help.stdout.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = listed.map_while(|line| line.strip_prefix("  "));
    let names = lines.filter_map(|line| line.split_once("  ")).map(|(name, _)| name);
    names
        .filter(|name| !name.is_empty() && !name.contains(' ') && *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_command_has_a_page_and_each_page_its_options() {
    let host = Host::new();
    let told = host.pontoon(&["man", "--to", "man1"]).ok();
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("", ""));
    let page = |name: &str| {
        let file = host.dir().join("man1").join(format!("{name}.1"));
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    let verbs = commands(&host.pontoon(&["--help"]).ok());
    assert!(verbs.len() > 30, "{verbs:?}");
    for verb in &verbs {
        assert!(page("pontoon").contains(&format!("pontoon\\-{verb}(1)")), "{verb}");
        let own = page(&format!("pontoon-{verb}"));
        assert!(own.contains(&format!(".TH pontoon-{verb} 1")), "{own}");
        for inner in commands(&host.pontoon(&[verb, "--help"]).ok()) {
            page(&format!("pontoon-{verb}-{inner}"));
        }
    }
    for option in ["format", "watch", "details"] {
        assert!(page("pontoon-map").contains(&format!("\\-\\-{option}")), "{option}");
    }
    // What every command takes is said once.
    let has_explain = |name: &str| page(name).contains("\\-\\-explain");
    assert!(has_explain("pontoon") && !has_explain("pontoon-map") && !has_explain("pontoon-network-create"));
    assert!(page("pontoon-bridge").contains("showmacs"), "the commands of brctl");
    // One alone, to standard output: the same.
    for (words, name) in [
        (&["man"][..], "pontoon"),
        (&["man", "map"], "pontoon-map"),
        (&["man", "network", "create"], "pontoon-network-create"),
    ] {
        assert_eq!(host.pontoon(words).ok().stdout, page(name));
    }
    // Once more over the same pages, as an upgrade does.
    host.pontoon(&["man", "--to", "man1"]).ok();
    host.finish();
}

#[test]
fn a_page_that_is_not_there_is_said() {
    let host = Host::new();
    for (words, problem) in [
        (&["man", "nosuch"][..], "pontoon: man: there is no command \"nosuch\"\n"),
        (&["man", "network", "nosuch"], "pontoon: man: there is no command \"network nosuch\"\n"),
    ] {
        let refused = host.pontoon(words).run();
        assert_eq!((refused.status, refused.stderr.as_str()), (125, problem));
    }
    let refused = host.pontoon(&["completion", "tcsh"]).run();
    assert!(
        refused.status == 125 && refused.stderr.contains("[possible values: bash, zsh, fish]"),
        "{refused}"
    );
    host.finish();
}

#[test]
fn a_reader_who_leaves_is_no_failure_and_a_full_disk_is_one() {
    let host = Host::new();
    let pontoon = host.pontoon_path().display().to_string();
    for words in ["man", "completion bash"] {
        let left = host.sh(&format!("({pontoon} {words}; echo $? >&2) | true")).run();
        assert!(["0\n", "141\n"].contains(&left.stderr.as_str()), "{words}: {left}");
        let full = host.sh(&format!("{pontoon} {words} >/dev/full")).run();
        assert!(
            full.status == 125 && full.stderr.ends_with(": No space left on device\n"),
            "{words}: {full}"
        );
        assert_eq!(full.stderr.lines().count(), 1, "{words}: {full}");
    }
    host.finish();
}

/// What bash offers where the cursor is behind the last of `words`, in the order of letters.
fn offered(host: &Host, words: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let last = words.len() - 1;
    let script = format!(
        "{} completion bash >c && . ./c
        COMP_WORDS=({}) COMP_CWORD={last}; _pontoon pontoon '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        host.pontoon_path().display(),
        quoted.join(" "),
        words[last],
        words[last - 1],
    );
    let out = host.cmd("/bin/bash").args(&["-c", &script]).ok();
    assert_eq!(out.stderr, "");
    let mut offered: Vec<String> = out.stdout.lines().map(str::to_owned).collect();
    offered.sort();
    offered
}

#[test]
fn bash_completes_commands_flags_and_their_values() {
    let host = Host::new();
    assert_eq!(offered(&host, &["pontoon", "ma"]), ["man", "map"]);
    assert_eq!(offered(&host, &["pontoon", "map", "--form"]), ["--format"]);
    assert_eq!(offered(&host, &["pontoon", "map", "--format", ""]), ["dot", "json", "svg", "text"]);
    assert_eq!(offered(&host, &["pontoon", "network", "ins"]), ["inspect"]);
    assert_eq!(offered(&host, &["pontoon", "completion", "f"]), ["fish"]);
    host.finish();
}

#[test]
fn zsh_and_fish_understand_theirs() {
    let host = Host::new();
    let pontoon = host.pontoon_path().display().to_string();
    let is_there = |shell: &str| host.sh(&format!("command -v {shell}")).run().status == 0;
    let zsh = host.sh(&format!("{pontoon} completion zsh >_pontoon; cat _pontoon")).ok().stdout;
    assert!(zsh.starts_with("#compdef pontoon\n") && zsh.contains("--format"), "{zsh}");
    if is_there("zsh") {
        host.sh("zsh -n _pontoon").ok();
    }
    let fish = host.sh(&format!("{pontoon} completion fish >pontoon.fish; cat pontoon.fish")).ok().stdout;
    assert!(fish.contains("complete -c pontoon") && fish.contains("svg"), "{fish}");
    if is_there("fish") {
        let said = host
            .sh("HOME=$PWD fish -c 'source pontoon.fish; complete -C \"pontoon map --format \"'")
            .ok()
            .stdout;
        let first: Vec<&str> = said.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(first, ["dot", "json", "svg", "text"]);
    }
    host.finish();
}
