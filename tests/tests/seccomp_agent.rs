//! linux.seccomp: agents that decide about system calls in the kernel's place.

use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixListener;
use std::path::Path;

use libseccomp::{ScmpNotifReq, ScmpNotifResp, ScmpNotifRespFlags};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
use pontoon_tests::{Bundle, Cmd, Host};
use serde_json::{Value, json};

/// `pontoon run --rm --net=none FLAGS BUNDLE COMMAND`.
fn run<'h>(host: &'h Host, flags: &[&str], bundle: &Bundle, command: &[&str]) -> Cmd<'h> {
    host.pontoon(&[&["run", "--rm", "--net=none"], flags, &[bundle.path()], command].concat())
}

/// Has an agent at `path` asked about mkdir(2).
fn ask(bundle: &Bundle, path: &Path) {
    bundle.config(|config| {
        config["linux"]["seccomp"] = json!({
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [{ "names": ["mkdir"], "action": "SCMP_ACT_NOTIFY" }],
            "listenerPath": path.to_str(),
        });
    });
}

/// An agent: a socket that containers' filters are sent to.
struct Agent(UnixListener);

impl Agent {
    fn at(path: &Path) -> Self {
        Self(UnixListener::bind(path).unwrap())
    }

    /// What it is told of the next container, and the descriptor that notifications come from.
    fn next(&self) -> (Value, RawFd) {
        let (connection, _) = self.0.accept().unwrap();
        let (mut text, mut descriptors) = (Vec::new(), Vec::new());
        loop {
            let mut buffer = [0; 4096];
            let mut space = nix::cmsg_space!([RawFd; 2]);
            let mut parts = [IoSliceMut::new(&mut buffer)];
            let flags = MsgFlags::MSG_CMSG_CLOEXEC;
            let message = recvmsg::<()>(connection.as_raw_fd(), &mut parts, Some(&mut space), flags).unwrap();
            for control in message.cmsgs().unwrap() {
                if let ControlMessageOwned::ScmRights(sent) = control {
                    descriptors.extend(sent);
                }
            }
            let length = message.bytes;
            if length == 0 {
                break;
            }
            text.extend_from_slice(&buffer[..length]);
        }
        assert_eq!(descriptors.len(), 1);
        (serde_json::from_slice(&text).unwrap(), descriptors[0])
    }
}

/// Answers one call: it fails with this error, or is made.
fn answer(notifications: RawFd, errno: Option<i32>) -> u32 {
    let asked = ScmpNotifReq::receive(notifications).unwrap();
    assert_eq!(asked.data.syscall.get_name().unwrap(), "mkdir");
    let answer = match errno {
        Some(errno) => ScmpNotifResp::new_error(asked.id, -errno, ScmpNotifRespFlags::empty()),
        None => ScmpNotifResp::new_continue(asked.id, ScmpNotifRespFlags::CONTINUE),
    };
    answer.respond(notifications).unwrap();
    asked.pid
}

#[test]
fn an_agent_decides() {
    let host = Host::new();
    let bundle = host.bundle();
    let path = host.dir().join("agent");
    let agent = Agent::at(&path);
    ask(&bundle, &path);
    bundle.config(|config| {
        config["annotations"] = json!({ "key": "value" });
        let seccomp = &mut config["linux"]["seccomp"];
        seccomp["listenerMetadata"] = "some words".into();
        seccomp["flags"] = json!(["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]);
    });
    for no_new_privileges in [false, true] {
        bundle.config(|config| config["process"]["noNewPrivileges"] = no_new_privileges.into());
        let script = "mkdir /tmp/a || mkdir /tmp/b; echo done; exec sleep 1000";
        let flags = ["--name", "c1", "-u", "nobody"];
        let running = run(&host, &flags, &bundle, &["sh", "-c", script]).spawn();
        let (told, notifications) = agent.next();
        assert_eq!(told["fds"], json!(["seccompFd"]));
        assert_eq!(told["metadata"], "some words");
        let state = &told["state"];
        assert_eq!((&state["status"], &state["pid"]), (&"creating".into(), &told["pid"]));
        assert_eq!(
            (&state["bundle"], &state["annotations"]["key"]),
            (&bundle.path().into(), &"value".into())
        );
        assert!(told["ociVersion"].is_string() && state["ociVersion"].is_string() && state["id"].is_string());
        assert!(told["pid"].as_u64().unwrap() > 1);
        answer(notifications, Some(libc::ENOSPC));
        answer(notifications, None);
        running.wait_for_stdout("done\n");
        assert!(running.stderr().contains("No space left on device"), "{}", running.stderr());
        // A program that joins brings a descriptor of its own.
        let joining = host.pontoon(&["exec", "c1", "mkdir", "/tmp/c"]).spawn();
        let (told_now, of_the_other) = agent.next();
        assert_eq!(
            (&told_now["state"]["status"], &told_now["state"]["pid"]),
            (&"running".into(), &told["pid"])
        );
        assert_ne!(told_now["pid"], told["pid"]);
        answer(of_the_other, Some(libc::ENOSPC));
        assert!(joining.wait().stderr.contains("No space left on device"));
        for descriptor in [notifications, of_the_other] {
            nix::unistd::close(descriptor).unwrap();
        }
        host.pontoon(&["kill", "-s", "KILL", "c1"]).ok();
        assert_eq!(running.wait().status, 128 + 9);
    }
    host.finish();
}

/// As runc has it, the agent is told by `create`: whoever calls `start` may not live to see it.
#[test]
fn an_agent_is_told_by_create() {
    let host = Host::new();
    let bundle = host.bundle();
    let path = host.dir().join("agent");
    let agent = Agent::at(&path);
    ask(&bundle, &path);
    bundle.config(|config| config["process"]["args"] = json!(["mkdir", "/tmp/a"]));
    let output = host.dir().join("output").display().to_string();
    host.sh(&format!("pontoon create -b {} c1 >{output} 2>&1", bundle.path())).ok();
    let (told, notifications) = agent.next();
    assert_eq!((&told["state"]["id"], &told["state"]["status"]), (&"c1".into(), &"creating".into()));
    host.pontoon(&["start", "c1"]).ok();
    answer(notifications, Some(libc::ENOSPC));
    host.wait_for("its end", || host.pontoon(&["state", "c1"]).ok().json()["status"] == "stopped");
    assert!(std::fs::read_to_string(output).unwrap().contains("No space left on device"));
    nix::unistd::close(notifications).unwrap();
    host.pontoon(&["delete", "c1"]).ok();
    // One that is not there is told at once, too.
    drop(agent);
    let refused = host.pontoon(&["create", "-b", bundle.path(), "c2"]).fails(1);
    assert!(refused.stderr.contains("linux.seccomp.listenerPath"), "{refused}");
    host.finish();
}

/// An agent that takes nothing, or dies, holds nobody for ever.
#[test]
fn an_agent_that_is_gone_is_an_error_of_the_call() {
    let host = Host::new();
    let bundle = host.bundle();
    let path = host.dir().join("agent");
    let agent = Agent::at(&path);
    ask(&bundle, &path);
    let running = run(&host, &[], &bundle, &["mkdir", "/tmp/a"]).spawn();
    let (_, notifications) = agent.next();
    nix::unistd::close(notifications).unwrap();
    let out = running.wait();
    assert!(out.status == 1 && out.stderr.contains("Function not implemented"), "{out}");
    host.finish();
}
