//! A container that stays until the test ends it.

use crate::bundle::Bundle;
use crate::command::Running;
use crate::host::Host;
use crate::output::Output;

/// A container that runs in a host, in the foreground.
pub struct Container<'h> {
    name: String,
    running: Running<'h>,
}

impl Host {
    /// Starts a container that runs a script, and waits until it has; then it sleeps until it is ended.
    #[track_caller]
    pub fn start(&self, name: &str, flags: &[&str], bundle: &Bundle, script: &str) -> Container<'_> {
        let script = format!("{script}\necho up\nexec sleep 1000");
        let run = [&["run", "--rm", "--name", name], flags, &[bundle.path(), "sh", "-c", &script]];
        let running = self.pontoon(&run.concat()).spawn();
        running.wait_for_stdout("up\n");
        Container { name: name.to_owned(), running }
    }
}

impl Container<'_> {
    /// What its script has written.
    pub fn said(&self) -> String {
        let said = self.running.stdout();
        said.trim_end_matches("up\n").trim_end_matches('\n').to_owned()
    }

    /// Runs another script in it.
    #[track_caller]
    pub fn exec(&self, script: &str) -> Output {
        self.running.host.pontoon(&["exec", &self.name, "sh", "-c", script]).ok()
    }

    /// The process that runs it.
    pub fn running(&self) -> &Running<'_> {
        &self.running
    }

    /// Ends it.
    #[track_caller]
    pub fn end(self) {
        self.running.host.pontoon(&["kill", "-s", "KILL", &self.name]).ok();
        let out = self.running.wait();
        assert_eq!(out.status, 128 + 9, "{out}");
    }
}
