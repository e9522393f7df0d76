//! `pontoon network ls`.

use crate::cli::{Format, NetworkLsArgs};
use crate::commands::ps::aligned;
use crate::error::{Error, Result};
use crate::network::{self, Shown};
use crate::plan::Definition;
use crate::state::State;

/// Lists the networks.
///
/// # Errors
/// A filter that means nothing; the kernel's.
pub(super) fn ls(state: &State, arguments: &NetworkLsArgs) -> Result<u8> {
    let filters = Filters::read(&arguments.filter)?;
    let mut all = network::definitions(state);
    all.retain(|network| filters.fit(network));
    if arguments.quiet {
        for network in all {
            println!("{}", network.name);
        }
        return Ok(0);
    }
    let shown = network::show(state, all)?;
    match arguments.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&shown).expect("plain data")),
        Format::Table => {
            let head = ["NAME", "DRIVER", "DEVICE", "MADE", "SUBNETS", "CONTAINERS"].map(str::to_owned);
            let rows: Vec<_> = std::iter::once(head).chain(shown.iter().map(row)).collect();
            print!("{}", aligned(&rows));
        }
    }
    Ok(0)
}

fn row(shown: &Shown) -> [String; 6] {
    let network = &shown.definition;
    let subnets: Vec<String> = network.subnets.iter().map(|subnet| subnet.subnet.to_string()).collect();
    let made = match &shown.state.device {
        _ if !network.has_bridge() => "-",
        Some(device) if device.own => "yes",
        _ => "no",
    };
    let dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    [
        network.name.clone(),
        network.driver.to_string(),
        network.network_interface.clone(),
        made.to_owned(),
        dash(subnets.join(",")),
        shown.state.containers.len().to_string(),
    ]
}

/// What is listed. Of several filters of one kind one must fit, but of labels all.
#[derive(Debug, Default, PartialEq, Eq)]
struct Filters {
    names: Vec<String>,
    drivers: Vec<String>,
    labels: Vec<String>,
}

impl Filters {
    fn read(words: &[String]) -> Result<Self> {
        let mut filters = Self::default();
        for word in words {
            let list = match word.split_once('=') {
                Some(("name", text)) => (&mut filters.names, text),
                Some(("driver", text)) => (&mut filters.drivers, text),
                Some(("label", text)) => (&mut filters.labels, text),
                _ => {
                    let known = "name=TEXT, driver=DRIVER and label=KEY[=VALUE]";
                    return Err(Error::Usage(format!("--filter {word}: there are {known}")));
                }
            };
            list.0.push(list.1.to_owned());
        }
        Ok(filters)
    }

    fn fit(&self, network: &Definition) -> bool {
        let label = |text: &String| match text.split_once('=') {
            Some((key, value)) => network.labels.get(key).is_some_and(|it| it == value),
            None => network.labels.contains_key(text),
        };
        (self.names.is_empty() || self.names.iter().any(|part| network.name.contains(part.as_str())))
            && (self.drivers.is_empty() || self.drivers.iter().any(|word| network.driver.word() == word))
            && self.labels.iter().all(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_a_kind_add_up_and_kinds_restrict() {
        let mut network = Definition { name: "blue".into(), ..Definition::default_bridge() };
        network.labels.insert("a".into(), "1".into());
        let fit = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            Filters::read(&words).expect("filters").fit(&network)
        };
        assert!(fit(&[]) && fit(&["name=lu"]) && fit(&["name=x", "name=blue"]) && fit(&["label=a"]));
        assert!(fit(&["driver=bridge", "label=a=1"]));
        assert!(!fit(&["name=lu", "driver=ptp"]) && !fit(&["label=a=2"]) && !fit(&["label=a", "label=b"]));
        assert!(Filters::read(&["color=red".to_owned()]).is_err());
    }
}
