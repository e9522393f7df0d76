//! A machine in small, for one test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};
use tempfile::TempDir;

use crate::bundle::Bundle;
use crate::cgroups::Cgroups;
use crate::command::Cmd;
use crate::{leftovers, programs, wait};

/// The namespaces of a host, and their names in `/proc/PID/ns`.
const NAMESPACES: [(&str, CloneFlags); 3] =
    [("mnt", CloneFlags::CLONE_NEWNS), ("net", CloneFlags::CLONE_NEWNET), ("pid", CloneFlags::CLONE_NEWPID)];

/// A host of one test's own. See the [crate].
///
/// Ends with [`Host::finish`], or when dropped: either looks for leftovers, and fails the test if there
/// are any. Then every process in it is killed.
pub struct Host {
    init: Child,
    namespaces: Vec<(File, CloneFlags)>,
    dir: TempDir,
    bundles: AtomicUsize,
    look: Duration,
    /// The mount points there were before anything ran.
    pub(crate) mounts: Vec<String>,
    pub(crate) bridge_may_stay: bool,
    checked: bool,
    // After everything that may hold a process in them.
    pub(crate) cgroups: Cgroups,
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

impl Host {
    /// A host with `lo` up, empty `/run`, cgroups and no container.
    pub fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let dir = tempfile::Builder::new().prefix("pontoon-test-").tempdir().expect("a temporary directory");
        let cgroups = Cgroups::new(NUMBER.fetch_add(1, Ordering::Relaxed));
        // Namespaces belong to a thread: a new one takes the step, and this one stays where it is.
        let setup = || boot(&cgroups);
        let mut init = std::thread::scope(|threads| threads.spawn(setup).join()).expect("a host to test on");
        let mut said = String::new();
        BufReader::new(init.stdout.take().expect("a pipe")).read_line(&mut said).expect("its first word");
        assert_eq!(said, "ready\n", "the host's process 1 did not start");
        let open = |(name, flag)| (File::open(format!("/proc/{}/ns/{name}", init.id())).expect(name), flag);
        let namespaces = NAMESPACES.map(open).into();
        let mut host = Self {
            init,
            namespaces,
            dir,
            bundles: AtomicUsize::new(1),
            look: wait::patience(5),
            mounts: Vec::new(),
            bridge_may_stay: false,
            checked: false,
            cgroups,
        };
        host.mounts = host.mount_points();
        host.sh("ip link set lo up").ok();
        host
    }

    /// Says that the bridge `pontoon0`, made on first use, is no leftover.
    #[must_use]
    pub fn bridge_may_stay(mut self) -> Self {
        self.bridge_may_stay = true;
        self
    }

    /// Says how long to look for leftovers.
    #[must_use]
    pub fn look_for(mut self, limit: Duration) -> Self {
        self.look = limit;
        self
    }

    /// A directory of the test's own, the same inside and outside. Commands start in it.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The process 1 of the host, by its number outside.
    pub fn init_pid(&self) -> u32 {
        self.init.id()
    }

    /// A new busybox bundle, for this test to run and to change.
    pub fn bundle(&self) -> Bundle {
        let number = self.bundles.fetch_add(1, Ordering::Relaxed);
        let dir = self.dir().join(format!("bundle{number}"));
        self.rootfs(&["busybox", dir.to_str().expect("a path of our own making")]).ok();
        Bundle::at(dir)
    }

    /// A new busybox bundle with a user namespace, whose root, and all in its root directory, is `root` outside.
    pub fn nested_bundle(&self, root: u32) -> Bundle {
        let bundle = self.bundle();
        bundle.nest(root, 65_536).give_to(root);
        bundle
    }

    /// `pontoon ARGS`, in the host.
    pub fn pontoon(&self, args: &[&str]) -> Cmd<'_> {
        Cmd::new(self, programs::path("pontoon")).args(args)
    }

    /// `rootfs ARGS`, in the host.
    pub fn rootfs(&self, args: &[&str]) -> Cmd<'_> {
        Cmd::new(self, programs::path("rootfs")).args(args)
    }

    /// A shell script, in the host.
    pub fn sh(&self, script: &str) -> Cmd<'_> {
        Cmd::new(self, "/bin/sh".into()).args(&["-c", script])
    }

    /// Any program, in the host.
    pub fn cmd(&self, program: &str) -> Cmd<'_> {
        Cmd::new(self, program.into())
    }

    /// Where the program under test is.
    pub fn pontoon_path(&self) -> PathBuf {
        programs::path("pontoon")
    }

    /// Runs a piece of the test itself in the host: its files and links are what `work` sees.
    ///
    /// Only `/proc/self` is out of place there: the work is done by a thread of the test, which has no
    /// number in the host.
    pub fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let enter = || {
            // A thread that shares its working directory with others may not change the mount namespace.
            unshare(CloneFlags::CLONE_FS).expect("unshare");
            for (namespace, kind) in &self.namespaces {
                setns(namespace, *kind).expect("setns");
            }
            work()
        };
        let joined = std::thread::scope(|threads| threads.spawn(enter).join());
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Waits until `condition` holds; fails the test if it does not within ten seconds.
    ///
    /// The one place to wait for what happens in its own time: a test has no sleep of its own.
    #[track_caller]
    pub fn wait_for(&self, what: &str, condition: impl FnMut() -> bool) {
        assert!(wait::until(wait::patience(10), condition), "waited in vain for: {what}");
    }

    /// Ends the host. Fails the test if anything was left behind: see [`Host::leftovers`].
    #[track_caller]
    pub fn finish(mut self) {
        self.check();
    }

    /// What was left behind, each in a line: links, mounts, cgroups, processes, state and leases.
    ///
    /// The kernel removes some things a moment after their owner is gone, such as the veth of a
    /// namespace. So this looks until there is nothing, for five seconds at most.
    pub fn leftovers(&self) -> Vec<String> {
        let mut left = Vec::new();
        wait::until(self.look, || {
            left = leftovers::of(self);
            left.is_empty()
        });
        left
    }

    #[track_caller]
    fn check(&mut self) {
        self.checked = true;
        let left = self.leftovers();
        assert!(left.is_empty(), "left behind:\n  {}", left.join("\n  "));
    }

    /// Kills every process of the host, for one that hangs.
    pub(crate) fn kill(&self) {
        let init = nix::unistd::Pid::from_raw(self.init.id().cast_signed());
        let _ = nix::sys::signal::kill(init, nix::sys::signal::Signal::SIGKILL);
    }

    /// The host's mount points, as its own process 1 sees them.
    pub(crate) fn mount_points(&self) -> Vec<String> {
        let mounts =
            fs::read_to_string(format!("/proc/{}/mounts", self.init.id())).expect("the host's mounts");
        mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(str::to_owned).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // A test that fails already has its own reason.
        let unchecked = !self.checked && !std::thread::panicking();
        let left = if unchecked { self.leftovers() } else { Vec::new() };
        let _ = self.init.kill();
        let _ = self.init.wait();
        assert!(left.is_empty(), "left behind:\n  {}", left.join("\n  "));
    }
}

/// Takes the thread into new namespaces, makes them a host, and starts its process 1.
fn boot(cgroups: &Cgroups) -> Child {
    let nothing = None::<&str>;
    unshare(NAMESPACES.iter().map(|(_, flag)| *flag).collect()).expect("unshare (the tests run as root)");
    mount(nothing, "/", nothing, MsFlags::MS_REC | MsFlags::MS_PRIVATE, nothing).expect("private mounts");
    cgroups.become_roots(Path::new("/run")).expect("the cgroups of the host");
    // A new network namespace takes this from the machine, whose administrator may have set it.
    fs::write("/proc/sys/net/ipv4/ip_forward", "0").expect("a host that forwards nothing");
    let run = || {
        mount(Some("tmpfs"), "/run", Some("tmpfs"), MsFlags::empty(), Some("mode=755")).expect("mount /run");
    };
    // What the host writes to /etc is kept beside, under the /run that follows.
    run();
    for directory in ["/run/upper", "/run/work"] {
        fs::create_dir(directory).expect("a directory");
    }
    let layers = "lowerdir=/etc,upperdir=/run/upper,workdir=/run/work";
    mount(Some("overlay"), "/etc", Some("overlay"), MsFlags::empty(), Some(layers)).expect("mount /etc");
    // The machine's own networks are not this host's. (What is removed is so in the upper layer alone.)
    match fs::remove_dir_all("/etc/pontoon") {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("/etc/pontoon: {error}"),
        _ => {}
    }
    run();
    Command::new(programs::path("test-init"))
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the host's process 1")
}
