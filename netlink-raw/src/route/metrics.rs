//! What holds for connections over a route: `RTA_METRICS`.

use crate::Error;
use crate::kernel::{RTA_METRICS, RTAX_CC_ALGO};
use crate::wire::{Attribute, Writer};

/// Writes them, if there are any.
pub(super) fn put(body: &mut Writer, metrics: &[(u16, u32)], congestion: Option<&str>) {
    if metrics.is_empty() && congestion.is_none() {
        return;
    }
    body.nest(RTA_METRICS, |nest| {
        for (kind, number) in metrics {
            nest.put_u32(*kind, *number);
        }
        if let Some(name) = congestion {
            nest.put_str(RTAX_CC_ALGO, name);
        }
    });
}

/// Those that are numbers, and how TCP answers congestion.
type Metrics = (Vec<(u16, u32)>, Option<String>);

/// Reads them.
pub(super) fn read(attribute: &Attribute<'_>) -> Result<Metrics, Error> {
    let (mut metrics, mut congestion) = (Vec::new(), None);
    for metric in attribute.nested() {
        let metric = metric?;
        match metric.kind {
            RTAX_CC_ALGO => congestion = Some(metric.str().into_owned()),
            kind => metrics.push((kind, metric.u32()?)),
        }
    }
    Ok((metrics, congestion))
}
