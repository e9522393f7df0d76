//! The program `rootfs`, as a user runs it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

fn rootfs(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rootfs")).args(args).output().unwrap()
}

/// Runs `rootfs busybox DIR ARGS` and gives what it said on success.
fn made(dir: &Path, args: &[&str]) -> String {
    let output = rootfs(&[&["busybox", dir.to_str().unwrap()], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs `rootfs busybox DIR ARGS` and gives the one line it fails with.
fn refused(dir: &Path, args: &[&str]) -> String {
    let output = rootfs(&[&["busybox", dir.to_str().unwrap()], args].concat());
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("rootfs: ") && error.lines().count() == 1, "{error}");
    error
}

/// A directory, and a path in it where nothing is yet.
fn place() -> (TempDir, PathBuf) {
    let top = tempfile::tempdir().unwrap();
    let dir = top.path().join("bundle");
    (top, dir)
}

fn mode(path: PathBuf) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn config(dir: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(dir.join("config.json")).unwrap()).unwrap()
}

#[test]
fn a_bundle_is_whole() {
    let (_top, dir) = place();
    let said = made(&dir, &[]);
    assert!(said.contains("busybox from ") && said.contains(" applets"), "{said}");
    assert_eq!(config(&dir)["process"]["args"], serde_json::json!(["sh"]));

    let root = dir.join("rootfs");
    assert_eq!(mode(root.join("tmp")), 0o1777);
    assert_eq!(mode(root.join("root")), 0o700);
    for dir in ["proc", "sys", "dev", "run", "var/tmp", "home"] {
        assert!(root.join(dir).is_dir(), "{dir}");
    }
    for file in ["hostname", "hosts", "resolv.conf"] {
        assert_eq!(fs::read(root.join("etc").join(file)).unwrap(), b"", "{file}");
    }
    assert!(fs::read_to_string(root.join("etc/group")).unwrap().contains("\ntty:x:5:"));

    // Every applet busybox names leads to busybox, as seen from the host already.
    let list = Command::new(root.join("bin/busybox")).arg("--list-full").output().unwrap().stdout;
    let busybox = root.join("bin/busybox").canonicalize().unwrap();
    let list = String::from_utf8(list).unwrap();
    let applets: Vec<_> = list.lines().filter(|applet| applet.contains('/')).collect();
    assert!(applets.len() > 50, "{list}");
    for applet in applets {
        assert_eq!(root.join(applet).canonicalize().unwrap(), busybox, "{applet}");
    }
}

#[test]
fn its_programs_run() {
    let (_top, dir) = place();
    made(&dir, &[]);
    let root = dir.join("rootfs");
    let sh = Command::new("chroot")
        .arg(&root)
        .args(["/bin/sh", "-c", "id -un && awk 'BEGIN { print 6 * 7 }'"])
        .output();
    assert_eq!(sh.unwrap().stdout, b"root\n42\n");
}

#[test]
fn the_command_is_the_users() {
    let (_top, dir) = place();
    made(&dir, &["echo", "-n", "--force", "it's \"so\""]);
    let args = serde_json::json!(["echo", "-n", "--force", "it's \"so\""]);
    assert_eq!(config(&dir)["process"]["args"], args);
}

#[test]
fn a_directory_in_use_is_left_alone_unless_forced() {
    let (_top, dir) = place();
    fs::create_dir(&dir).unwrap();
    made(&dir, &[]); // An empty one will do.
    fs::write(dir.join("mine"), "mine").unwrap();
    fs::write(dir.join("rootfs/mine"), "mine").unwrap();
    fs::write(dir.join("rootfs/etc/passwd"), "theirs").unwrap();
    assert!(refused(&dir, &["true"]).contains("not empty (--force"));
    assert_eq!(config(&dir)["process"]["args"][0], "sh");

    made(&dir, &["--force", "true"]);
    assert_eq!(config(&dir)["process"]["args"][0], "true");
    assert_eq!(fs::read(dir.join("mine")).unwrap(), b"mine");
    assert_eq!(fs::read(dir.join("rootfs/mine")).unwrap(), b"mine");
    assert!(fs::read_to_string(dir.join("rootfs/etc/passwd")).unwrap().starts_with("root:"));
}

#[test]
fn force_writes_through_no_link() {
    let (top, dir) = place();
    let outside = top.path().join("outside");
    fs::create_dir_all(dir.join("rootfs")).unwrap();
    fs::create_dir(&outside).unwrap();
    symlink(&outside, dir.join("rootfs/bin")).unwrap();
    assert!(refused(&dir, &["--force"]).contains("rootfs/bin: in the way of a directory"));
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    assert_eq!(fs::read_dir(dir.join("rootfs")).unwrap().count(), 1, "and nothing is half made");
}

#[test]
fn a_failure_leaves_nothing() {
    let (top, dir) = place();
    assert!(refused(&dir, &["--busybox", "/nowhere/busybox"]).contains("/nowhere/busybox: No such file"));
    fs::write(top.path().join("file"), "").unwrap();
    assert!(refused(&top.path().join("file"), &[]).contains("Not a directory"));
    assert!(refused(&top.path().join("file/bundle"), &[]).contains("Not a directory"));
    fs::remove_file(top.path().join("file")).unwrap();
    // A static program that is something else.
    assert!(
        refused(&dir.join("deep/er"), &["--busybox", env!("CARGO_BIN_EXE_rootfs")])
            .contains("is it a busybox?")
    );
    assert_eq!(fs::read_dir(top.path()).unwrap().count(), 0);
}

#[test]
fn a_dynamic_busybox_is_refused() {
    // The first program at hand that needs a loader.
    let (_top, dir) = place();
    let error = refused(&dir, &["--busybox", "/bin/cat"]);
    assert!(error.contains("/bin/cat: dynamically linked") && error.contains("static busybox"), "{error}");
}

#[test]
fn another_name_for_busybox_will_do() {
    let (top, dir) = place();
    made(&dir, &[]);
    let renamed = top.path().join("cat");
    fs::copy(dir.join("rootfs/bin/busybox"), &renamed).unwrap();
    let said = made(&top.path().join("second"), &["--busybox", renamed.to_str().unwrap()]);
    assert!(said.contains(renamed.to_str().unwrap()), "{said}");
}

/// A machine without busybox, and with an apt-get of our own.
///
/// `apt_get` is the script's text; `$BUSYBOX` in it is a static busybox, taken from a bundle.
fn without_busybox(dir: &Path, apt_get: &str) -> Output {
    let top = dir.parent().unwrap();
    let tools = top.join("tools");
    let tmp = top.join("tmp");
    made(&top.join("first"), &[]);
    fs::create_dir_all(&tools).unwrap();
    fs::create_dir_all(&tmp).unwrap();
    let script = tools.join("apt-get");
    fs::write(&script, format!("#!/bin/sh\n{apt_get}\n")).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let hide = r#"for f in /bin/busybox /usr/lib/initramfs-tools/bin/busybox; do
        [ ! -e $f ] || mount --bind /dev/null $f
    done; PATH=$TOOLS:$PATH exec "$@""#;
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", hide, "sh", env!("CARGO_BIN_EXE_rootfs"), "busybox"])
        .arg(dir)
        .env("TOOLS", &tools)
        .env("TMPDIR", &tmp)
        .env("BUSYBOX", top.join("first/rootfs/bin/busybox"))
        .output()
        .unwrap();
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0, "the download is gone");
    output
}

#[test]
fn debians_package_serves_where_there_is_none() {
    let (_top, dir) = place();
    // Knows the package after `update` only, like a fresh machine.
    let apt_get = r#"case "$*" in
    *update) touch $TOOLS/updated;;
    *"download busybox-static")
        [ -e $TOOLS/updated ] || { echo "E: Unable to locate package" >&2; exit 100; }
        mkdir -p $TOOLS/deb/DEBIAN $TOOLS/deb/bin && cp $BUSYBOX $TOOLS/deb/bin/busybox
        printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n' >$TOOLS/deb/DEBIAN/control
        dpkg-deb -Znone -b $TOOLS/deb busybox-static_1_amd64.deb >/dev/null;;
    esac"#;
    let output = without_busybox(&dir, apt_get);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Debian's package busybox-static"));
    assert!(dir.join("rootfs/bin/sh").exists());
}

#[test]
fn without_any_busybox_it_says_what_to_do() {
    let (_top, dir) = place();
    let output = without_busybox(&dir, "echo 'E: no network' >&2; exit 100");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("E: no network") && error.contains("--busybox FILE"), "{error}");
    assert!(!dir.exists());
}

#[test]
fn help_tells_the_way() {
    let help = String::from_utf8(rootfs(&["busybox", "--help"]).stdout).unwrap();
    for word in ["--busybox <FILE>", "--force", "CMD", "Examples:", "busybox-static"] {
        assert!(help.contains(word), "{word} is missing in:\n{help}");
    }
    assert_eq!(rootfs(&[]).status.code(), Some(2));
    assert!(rootfs(&["--help"]).status.success());
}
