//! What a container is limited to, as the host's files say.

use crate::host::Host;

/// The cgroups of one container.
pub struct Limits<'h> {
    host: &'h Host,
    directories: Vec<String>,
}

impl Host {
    /// Whether one of its cgroup hierarchies is of version 1 and has this controller.
    pub fn has_v1(&self, controller: &str) -> bool {
        let mounts = self.sh("cat /proc/self/mounts").ok().stdout;
        let mut fields = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        fields.any(|fields| fields[2] == "cgroup" && fields[3].split(',').any(|word| word == controller))
    }

    /// The cgroups of a container.
    pub fn limits(&self, container: &str) -> Limits<'_> {
        let shown = self.pontoon(&["inspect", container]).ok().json();
        let cgroups = shown[0]["cgroups"].as_array().expect("cgroups");
        let directories = cgroups.iter().map(|path| path.as_str().expect("a path").to_owned()).collect();
        Limits { host: self, directories }
    }
}

impl Limits<'_> {
    /// Asserts what files of it hold; each line: file and content on version 1, and on version 2.
    #[track_caller]
    pub fn assert_hold(&self, table: &[(&str, &str, &str, &str)]) {
        for (v1, on_v1, v2, on_v2) in table {
            let controller = v1.split('/').next().expect("CONTROLLER/FILE");
            let expected = if self.host.has_v1(controller) { on_v1 } else { on_v2 };
            assert_eq!(self.read(v1, v2), *expected, "{v1} or {v2}");
        }
    }

    /// All its directories.
    pub fn directories(&self) -> &[String] {
        &self.directories
    }

    /// What a file of it holds: `CONTROLLER/FILE` where version 1 has the controller, `v2` elsewhere.
    #[track_caller]
    pub fn read(&self, v1: &str, v2: &str) -> String {
        let (controller, file) = v1.split_once('/').expect("CONTROLLER/FILE");
        let has = |directory: &&String, file: &str| {
            self.host.cmd("test").args(&["-e", &format!("{directory}/{file}")]).run().status == 0
        };
        let below = format!("/sys/fs/cgroup/{controller}/");
        let own = self.directories.iter().find(|directory| directory.starts_with(&below));
        let unified = || self.directories.iter().find(|it| has(it, "cgroup.controllers"));
        let file = if own.is_some() { file } else { v2 };
        let directory = own.or_else(unified).expect("a cgroup with that file");
        self.host.cmd("cat").args(&[&format!("{directory}/{file}")]).ok().line().to_owned()
    }
}
