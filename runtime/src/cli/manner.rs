//! How verbs differ in their manner.

use super::{Command, NetworkCommand};

impl Command {
    /// Whether it does nothing but print: who reads may leave before the end.
    pub fn only_prints(&self) -> bool {
        match self {
            Self::Bridge(arguments) => arguments.only_prints(),
            Self::Ps(_)
            | Self::Inspect(_)
            | Self::State(_)
            | Self::List(_)
            | Self::Events(_)
            | Self::Features
            | Self::Link(_)
            | Self::Addr(_)
            | Self::Tuntap(_)
            | Self::Route(_)
            | Self::Neigh(_)
            | Self::Map(_)
            | Self::Explain(_)
            | Self::Top(_)
            | Self::Man(_)
            | Self::Completion(_)
            | Self::Network(NetworkCommand::Ls(_) | NetworkCommand::Inspect(_)) => true,
            _ => false,
        }
    }

    /// Whether it is a tool that looks at namespaces, or changes them as `ip` does, and leaves the state of
    /// containers as it is: it neither needs the state directory nor tidies up in it.
    pub const fn is_tool(&self) -> bool {
        matches!(
            self,
            Self::Link(_)
                | Self::Addr(_)
                | Self::Tuntap(_)
                | Self::Route(_)
                | Self::Neigh(_)
                | Self::Bridge(_)
                | Self::Netns(_)
                | Self::Batch(_)
                | Self::Capture(_)
                | Self::Map(_)
                | Self::Explain(_)
                | Self::Top(_)
                | Self::Lab(_)
                | Self::Man(_)
                | Self::Completion(_)
        )
    }

    /// Whether it is a tool that shows running containers, where no leftover of one that was killed may appear.
    pub const fn lists_containers(&self) -> bool {
        matches!(self, Self::Netns(_) | Self::Batch(_) | Self::Top(_))
    }

    /// What stands before a complaint: who complains, but where it is another tool's words.
    pub const fn voice(&self) -> &'static str {
        match self {
            Self::Link(_)
            | Self::Addr(_)
            | Self::Tuntap(_)
            | Self::Route(_)
            | Self::Neigh(_)
            | Self::Netns(_)
            | Self::Batch(_)
            | Self::Bridge(_) => "",
            _ => "pontoon: ",
        }
    }

    /// Whether it is a verb of runc's alone, whose callers know one status for all failures.
    pub fn is_runcs(&self) -> bool {
        matches!(
            self,
            Self::Create(_)
                | Self::Start(_)
                | Self::State(_)
                | Self::Delete(_)
                | Self::Kill(_)
                | Self::List(_)
                | Self::Pause(_)
                | Self::Resume(_)
                | Self::Update(_)
                | Self::Events(_)
                | Self::Spec(_)
                | Self::Features
        )
    }
}
