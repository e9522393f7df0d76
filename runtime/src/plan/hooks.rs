//! Programs that config.json wants run at certain moments (config.md, "POSIX-platform Hooks").

use std::path::PathBuf;

use oci_spec::runtime as oci;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// All of them, each list in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hooks {
    /// On the host, once the namespaces are there.
    pub prestart: Vec<Hook>,
    /// On the host, after those and before the root is entered.
    pub create_runtime: Vec<Hook>,
    /// In the container's namespaces, before the root is entered.
    pub create_container: Vec<Hook>,
    /// In the container, before the program.
    pub start_container: Vec<Hook>,
    /// On the host, when the program runs.
    pub poststart: Vec<Hook>,
    /// On the host, when the container is gone.
    pub poststop: Vec<Hook>,
}

/// One program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// Its path.
    pub path: PathBuf,
    /// Its words, its own name first.
    pub arguments: Vec<String>,
    /// `NAME=value`; nothing else is in its environment.
    pub environment: Vec<String>,
    /// After how many seconds it is ended.
    pub timeout: Option<u64>,
}

impl Hooks {
    /// What config.json asks for.
    ///
    /// # Errors
    /// A path that is not absolute, a timeout that is none.
    pub fn from_spec(hooks: Option<&oci::Hooks>) -> Result<Self> {
        let Some(hooks) = hooks else { return Ok(Self::default()) };
        #[allow(deprecated)] // It is the callers' to give up; many have not.
        let prestart = hooks.prestart();
        Ok(Self {
            prestart: list("prestart", prestart.as_deref())?,
            create_runtime: list("createRuntime", hooks.create_runtime().as_deref())?,
            create_container: list("createContainer", hooks.create_container().as_deref())?,
            start_container: list("startContainer", hooks.start_container().as_deref())?,
            poststart: list("poststart", hooks.poststart().as_deref())?,
            poststop: list("poststop", hooks.poststop().as_deref())?,
        })
    }

    /// Whether the child must stop for them, and be told who it is, on its way to the program.
    pub fn on_the_way(&self) -> bool {
        let lists = [&self.prestart, &self.create_runtime, &self.create_container, &self.start_container];
        lists.iter().any(|list| !list.is_empty())
    }
}

fn list(stage: &str, hooks: Option<&[oci::Hook]>) -> Result<Vec<Hook>> {
    hooks.unwrap_or_default().iter().map(|hook| one(stage, hook)).collect()
}

fn one(stage: &str, hook: &oci::Hook) -> Result<Hook> {
    let path = hook.path();
    let wrong =
        |problem: &str| Error::Usage(format!("config.json: hooks.{stage}: {}: {problem}", path.display()));
    if !path.is_absolute() {
        return Err(wrong("the path is not absolute"));
    }
    let timeout = match hook.timeout() {
        None => None,
        Some(seconds @ 1..) => Some(seconds.unsigned_abs()),
        Some(_) => return Err(wrong("the timeout must be greater than zero")),
    };
    let words = hook.args().clone().unwrap_or_default();
    let environment = hook.env().clone().unwrap_or_default();
    if words.iter().chain(&environment).any(|word| word.contains('\0')) {
        return Err(wrong("args and env: a zero byte ends a word"));
    }
    if let Some(variable) = environment.iter().find(|variable| !variable.contains('=')) {
        return Err(wrong(&format!("env: {variable:?} is no NAME=value")));
    }
    let arguments = if words.is_empty() { vec![path.display().to_string()] } else { words };
    Ok(Hook { path: path.clone(), arguments, environment, timeout })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(text: &str) -> Result<Hooks> {
        Hooks::from_spec(Some(&serde_json::from_str(text).expect("hooks")))
    }

    #[test]
    fn each_is_read_whole() {
        let hooks = planned(
            r#"{"prestart": [{"path": "/a"}],
                "poststop": [{"path": "/b", "args": ["b", "x"], "env": ["A=b"], "timeout": 3}]}"#,
        )
        .expect("hooks");
        assert_eq!(hooks.prestart[0].arguments, ["/a"]);
        let stop = &hooks.poststop[0];
        assert_eq!((stop.arguments.len(), stop.environment[0].as_str(), stop.timeout), (2, "A=b", Some(3)));
        assert!(hooks.on_the_way() && hooks.create_container.is_empty());
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        for text in [
            r#"{"poststart": [{"path": "a"}]}"#,
            r#"{"poststart": [{"path": "/a", "timeout": 0}]}"#,
            r#"{"poststart": [{"path": "/a", "timeout": -1}]}"#,
            r#"{"poststart": [{"path": "/a", "env": ["A"]}]}"#,
        ] {
            assert!(planned(text).is_err(), "{text}");
        }
    }
}
