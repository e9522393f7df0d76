//! Containers made as runc's callers make them: `create` returns, and the container keeps the streams.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::bundle::Bundle;
use crate::host::Host;
use crate::output::Output;

/// A container of `create`'s, whose output goes to a file.
pub struct Created<'h> {
    host: &'h Host,
    /// Its id.
    pub id: String,
    output: PathBuf,
}

impl Host {
    /// `pontoon FLAGS create ID` of a bundle, which must succeed.
    #[track_caller]
    pub fn create(&self, id: &str, flags: &[&str], bundle: &Bundle) -> Created<'_> {
        let (created, output) = self.try_create(id, flags, bundle);
        assert_eq!(output.status, 0, "create {id}: {output}: {}", created.output());
        created
    }

    /// `pontoon create FLAGS ID` of a bundle; what it says is in the container's output.
    #[track_caller]
    pub fn try_create(&self, id: &str, flags: &[&str], bundle: &Bundle) -> (Created<'_>, Output) {
        let output = self.dir().join(format!("{id}.output"));
        let script = format!(
            "exec {} create -b {} {} {id} >{} 2>&1 </dev/null",
            self.pontoon_path().display(),
            bundle.path(),
            flags.join(" "),
            output.display()
        );
        let ended = self.sh(&script).run();
        (Created { host: self, id: id.to_owned(), output }, ended)
    }
}

impl Created<'_> {
    /// `pontoon VERB ID`, which must succeed.
    #[track_caller]
    pub fn verb(&self, verb: &[&str]) -> Output {
        self.host.pontoon(&[verb, &[&self.id]].concat()).ok()
    }

    /// `pontoon start ID`.
    #[track_caller]
    pub fn start(&self) {
        self.verb(&["start"]);
    }

    /// What it, and the `create` that made it, wrote.
    pub fn output(&self) -> String {
        fs::read_to_string(&self.output).unwrap_or_default()
    }

    /// What `state` says.
    #[track_caller]
    pub fn state(&self) -> Value {
        serde_json::from_str(&self.verb(&["state"]).stdout).expect("JSON")
    }

    /// Its status.
    #[track_caller]
    pub fn status(&self) -> String {
        self.state()["status"].as_str().expect("a status").to_owned()
    }

    /// Its first process, in the host.
    #[track_caller]
    pub fn pid(&self) -> i64 {
        self.state()["pid"].as_i64().expect("a number")
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait_for_end(&self) {
        self.host.wait_for("the end of the container", || self.status() == "stopped");
    }

    /// Starts it, waits for its end, deletes it, and tells what it wrote.
    #[track_caller]
    pub fn run(self) -> String {
        self.start();
        self.wait_for_end();
        self.verb(&["delete"]);
        self.output()
    }

    /// Ends and deletes it.
    #[track_caller]
    pub fn end(self) {
        self.verb(&["delete", "--force"]);
    }
}
