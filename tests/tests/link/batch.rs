use pontoon_tests::Host;
use pontoon_tests::ip::alike_whole;

use super::{finish, host};

/// Compares what is said of a file, read by its name and as standard input, with and without `-force`.
#[track_caller]
fn same(host: &Host, text: &str) {
    let file = host.dir().join("batch").display().to_string();
    std::fs::write(&file, text).expect("a file");
    let lines = [
        format!("TOOL -batch {file}"),
        format!("TOOL -force -b {file}"),
        format!("TOOL -b - <{file}"),
        format!("TOOL -force -j -4 -batch - <{file}"),
        format!("TOOL -o -batch {file} link"),
    ];
    alike_whole(host, &lines.each_ref().map(String::as_str));
}

#[test]
fn commands_are_taken_from_a_file_as_ip_takes_them() {
    let host = host();
    host.sh("ip netns add blue").ok();
    for text in [
        "",
        "\n# nothing\n  \n",
        "addr show dev lo # the last\nroute show 10.0.0.0/8\nneigh\nlink show lo",
        "l s \\\nlo\n\"link\" 'show' \"v0\"\nnetns\n",
        "addr add 10.77.0.1/24 dev v1\nroute add 10.78.0.0/16 dev br0\nroute del 10.78.0.0/16\naddr del 10.77.0.1/24 dev v1\n",
        "addr del 10.99.0.1/24 dev v1\nlink show nope\nlink show lo\n",
        "link set nope up\nroute add 10.0.0.0/24 dev v1\naddr show lo\n",
        // What is no command ends it all.
        "link foo\nlink show lo\n",
        "link show lo\nroute add 10.0.0.0/8 metric x\nlink show lo\n",
        "foo\nlink show lo\n",
        "-4 addr\nlink show lo\n",
        "netns exec blue echo hello\nnetns exec blue sh -c 'exit 7'\nlink show lo\n",
        "netns exec blue sh -c 'exit 255'\nlink show lo\n",
        "link show 'lo\nlink show lo\n",
    ] {
        same(&host, text);
    }
    alike_whole(
        &host,
        &[
            "TOOL -batch /nowhere/at/all",
            "TOOL -n blue -br -b - <<E\naddr\nE",
            "TOOL -n nope -b - <<E\naddr\nE",
        ],
    );
    let pontoon = host.pontoon_path().display().to_string();
    let inside = format!("printf 'link set lo up\\naddr show lo' | {pontoon} batch --in blue -br -");
    assert!(host.sh(&inside).ok().stdout.starts_with("lo               UNKNOWN        127.0.0.1/8 ::1/128"));
    host.sh("ip netns del blue").ok();
    finish(host);
}
