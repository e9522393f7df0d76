//! Hooks: their moments, what they are told, and what each failure does.

use std::path::PathBuf;

use pontoon_tests::{Bundle, Host};
use serde_json::{Value, json};

/// The moments, in their order.
const MOMENTS: [&str; 6] =
    ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

/// A bundle with hooks that write what they are told into a directory that is bound in.
struct Watched {
    bundle: Bundle,
    notes: PathBuf,
}

impl Watched {
    fn new(host: &Host) -> Self {
        let notes = host.dir().join("notes");
        std::fs::create_dir(&notes).unwrap();
        let bundle = host.bundle();
        std::fs::write(
            bundle.rootfs().join("hook"),
            "#!/bin/sh\ncat >$1/$0.state\nreadlink /proc/self/ns/mnt >$1/$0.mnt\nls / >$1/$0.root\n\
             echo $0 ${VALUE-unset} >>$1/order\n[ ! -e $1/fail.$0 ] || { echo oh dear >&2; exit 9; }\n",
        )
        .unwrap();
        host.sh(&format!("chmod +x {}/hook", bundle.rootfs().display())).ok();
        let (inside, outside) = ("/notes", notes.to_str().unwrap());
        let shell = bundle.rootfs().join("hook");
        bundle.config(|config| {
            config["mounts"].as_array_mut().unwrap().push(json!({
                "destination": inside, "type": "bind", "source": outside, "options": ["bind"],
            }));
            let run = |moment: &str| {
                let (script, place) = match moment {
                    "startContainer" => ("/hook".to_owned(), inside),
                    _ => (shell.display().to_string(), outside),
                };
                let line = format!("set -- {place}; . {script}");
                json!([{ "path": "/bin/sh", "args": ["sh", "-c", line, moment], "env": ["VALUE=set", "PATH=/bin:/usr/bin"] }])
            };
            config["hooks"] = MOMENTS.iter().map(|moment| ((*moment).to_owned(), run(moment))).collect();
            config["process"]["args"] = json!(["sh", "-c", "echo program >>/notes/order; echo up; read x; sleep 1000"]);
            config["annotations"] = json!({ "key": "value" });
        });
        Self { bundle, notes }
    }

    fn note(&self, name: &str) -> String {
        std::fs::read_to_string(self.notes.join(name)).unwrap_or_default().trim().to_owned()
    }

    fn state(&self, moment: &str) -> Value {
        serde_json::from_str(&self.note(&format!("{moment}.state"))).expect("a state")
    }

    fn fail(&self, moment: &str) {
        std::fs::write(self.notes.join(format!("fail.{moment}")), "").unwrap();
    }

    fn order(&self) -> Vec<String> {
        self.note("order").lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    }
}

#[test]
fn each_is_run_in_its_moment_and_place() {
    let host = Host::new();
    let watched = Watched::new(&host);
    let container = host.create("c1", &[], &watched.bundle);
    assert_eq!(watched.order(), MOMENTS[..3]);
    let pid = container.pid();
    container.start();
    host.wait_for("the program", || container.output().contains("up"));
    container.end();
    let order = watched.order();
    assert_eq!(order[..4], MOMENTS[..4]);
    // The program and poststart go on at the same time.
    assert!(order[4..6].contains(&"program".to_owned()) && order[4..6].contains(&"poststart".to_owned()));
    assert_eq!(order[6], "poststop");
    assert!(watched.note("order").contains("prestart set"), "the hook's own environment");
    for (moment, status) in
        MOMENTS.into_iter().zip(["creating", "creating", "creating", "created", "running", "stopped"])
    {
        let state = watched.state(moment);
        assert_eq!((&state["status"], &state["id"]), (&json!(status), &json!("c1")), "{moment}: {state}");
        assert_eq!(state["annotations"]["key"], "value");
        assert_eq!(state["bundle"], watched.bundle.path());
        let expected = if moment == "poststop" { 0 } else { pid };
        assert_eq!(state["pid"], json!(expected), "{moment}");
    }
    let namespace = |moment: &str| watched.note(&format!("{moment}.mnt"));
    let ours = host.sh("readlink /proc/self/ns/mnt").ok().line().to_owned();
    for moment in ["prestart", "createRuntime", "poststart", "poststop"] {
        assert_eq!(namespace(moment), ours, "{moment}");
    }
    assert_ne!(namespace("createContainer"), ours);
    assert_eq!(namespace("createContainer"), namespace("startContainer"));
    let root = |moment: &str| watched.note(&format!("{moment}.root"));
    assert!(!root("createContainer").lines().any(|name| name == "hook"), "the host's root still");
    assert!(root("startContainer").lines().any(|name| name == "hook"), "the container's root");
    host.finish();
}

#[test]
fn one_that_fails_on_the_way_undoes_the_container() {
    for moment in ["prestart", "createRuntime", "createContainer"] {
        let host = Host::new();
        let watched = Watched::new(&host);
        watched.fail(moment);
        let (failed, output) = host.try_create("c1", &[], &watched.bundle);
        assert_eq!(output.status, 1);
        let said = failed.output();
        assert!(
            said.contains(moment) && said.contains("exit status 9") && said.contains("oh dear"),
            "{said}"
        );
        assert_eq!(watched.order().last().map(String::as_str), Some("poststop"));
        host.pontoon(&["state", "c1"]).fails(1);
        host.finish();
    }
}

#[test]
fn one_that_fails_at_the_start_undoes_the_container() {
    for moment in ["startContainer", "poststart"] {
        let host = Host::new();
        let watched = Watched::new(&host);
        watched.fail(moment);
        let container = host.create("c1", &[], &watched.bundle);
        let failed = host.pontoon(&["start", "c1"]).fails(1);
        assert!(failed.error().contains(moment) && failed.error().contains("oh dear"), "{failed}");
        assert_eq!(watched.order().last().map(String::as_str), Some("poststop"));
        assert_eq!(container.output().contains("up"), moment == "poststart" && container.output() != "");
        host.pontoon(&["state", "c1"]).fails(1);
        host.finish();
    }
}

#[test]
fn one_that_fails_at_the_end_is_only_told() {
    let host = Host::new();
    let watched = Watched::new(&host);
    watched.fail("poststop");
    let container = host.create("c1", &[], &watched.bundle);
    let told = container.verb(&["delete"]);
    assert!(told.stderr.contains("warning") && told.stderr.contains("poststop"), "{told}");
    host.pontoon(&["state", "c1"]).fails(1);
    host.finish();
}

#[test]
fn one_that_takes_too_long_is_ended() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| {
        config["hooks"] =
            json!({ "prestart": [{ "path": "/bin/sleep", "args": ["sleep", "1000"], "timeout": 1 }] });
    });
    let (failed, output) = host.try_create("c1", &[], &bundle);
    assert_eq!(output.status, 1);
    assert!(failed.output().contains("not over after 1 second"), "{}", failed.output());
    host.finish();
}

#[test]
fn run_has_them_too() {
    let host = Host::new();
    let watched = Watched::new(&host);
    watched
        .bundle
        .config(|config| config["process"]["args"] = json!(["sh", "-c", "echo program >>/notes/order"]));
    host.pontoon(&["run", "--rm", "--net=none", watched.bundle.path()]).ok();
    let order = watched.order();
    assert_eq!((order.len(), order.last().map(String::as_str)), (7, Some("poststop")), "{order:?}");
    host.finish();
}

#[test]
fn what_is_no_hook_is_refused() {
    let host = Host::new();
    let bundle = host.bundle();
    for hook in [json!({ "path": "relative" }), json!({ "path": "/bin/true", "timeout": 0 })] {
        bundle.config(|config| config["hooks"] = json!({ "poststop": [hook] }));
        assert_eq!(host.try_create("c1", &[], &bundle).1.status, 1);
    }
    bundle.config(|config| config["hooks"] = json!({ "prestart": [{ "path": "/no/such/hook" }] }));
    let (failed, _) = host.try_create("c1", &[], &bundle);
    assert!(
        failed.output().contains("/no/such/hook") && failed.output().contains("No such file"),
        "{}",
        failed.output()
    );
    host.finish();
}
