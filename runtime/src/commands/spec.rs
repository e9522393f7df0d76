//! `pontoon spec`: a config.json to start from.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::SpecArgs;
use crate::error::{Doing, Error, Result};
use crate::sys::file;

/// Writes a config.json: a shell at a terminal in `rootfs` beside it, as docker would run it.
///
/// # Errors
/// There is one already; it can't be written.
pub(super) fn spec(arguments: &SpecArgs) -> Result<u8> {
    let directory = arguments.bundle.clone().unwrap_or_else(|| PathBuf::from("."));
    let path = directory.join("config.json");
    if path.exists() {
        return Err(Error::Usage("File config.json exists. Remove it first".to_owned()));
    }
    let mut config: Value =
        serde_json::from_str(&rootfs_tools::default_config()).expect("the default configuration is JSON");
    config["process"]["terminal"] = true.into();
    if arguments.rootless {
        without_root(&mut config);
    }
    let text = serde_json::to_string_pretty(&config).expect("plain data");
    file::create(&path, &(text + "\n")).doing(|| format!("write {}", path.display()))?;
    Ok(0)
}

/// What a user who is not root can have: a user namespace in which only that user is, and is root; no network but the
/// host's, and so no sysfs of one's own; no limits.
fn without_root(config: &mut Value) {
    let (user, group) = (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw());
    let linux = &mut config["linux"];
    if let Some(namespaces) = linux["namespaces"].as_array_mut() {
        namespaces.retain(|namespace| namespace["type"] != "network");
        namespaces.push(json!({ "type": "user" }));
    }
    linux["uidMappings"] = json!([{ "containerID": 0, "hostID": user, "size": 1 }]);
    linux["gidMappings"] = json!([{ "containerID": 0, "hostID": group, "size": 1 }]);
    if let Some(linux) = linux.as_object_mut() {
        linux.remove("resources");
    }
    for mount in config["mounts"].as_array_mut().into_iter().flatten() {
        if mount["destination"] == "/sys" {
            *mount = json!({
                "destination": "/sys", "type": "none", "source": "/sys",
                "options": ["rbind", "nosuid", "noexec", "nodev", "ro"],
            });
        }
        // Other groups than its own are not there to give anything to.
        if let Some(options) = mount["options"].as_array_mut() {
            options.retain(|option| {
                !option.as_str().is_some_and(|it| it.starts_with("gid=") || it.starts_with("uid="))
            });
        }
    }
}
