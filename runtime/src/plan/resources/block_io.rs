//! `linux.resources.blockIO`.

use oci_spec::runtime::{LinuxBlockIo, LinuxThrottleDevice, LinuxWeightDevice};

use super::{Files, file};
use crate::error::{Error, Result};

const BLKIO: &str = "blkio";

pub(super) fn block_io(files: &mut Files<'_>, wanted: &LinuxBlockIo) -> Result<()> {
    // The same controller has another name on v2.
    let controller = if files.directories.iter().any(|it| it.has(BLKIO)) { BLKIO } else { "io" };
    if let Some(weight) = wanted.weight().filter(|it| *it != 0) {
        check("weight", weight)?;
        let v1 = ["blkio.weight", "blkio.bfq.weight"].map(|name| (name, weight.to_string()));
        let v2 = [("io.bfq.weight", weight.to_string()), ("io.weight", io_weight(weight).to_string())];
        files.put(controller, "blockIO.weight", Some(v1.into()), Some(v2.into()))?;
    }
    if let Some(weight) = wanted.leaf_weight().filter(|it| *it != 0) {
        check("leafWeight", weight)?;
        files.put(controller, "blockIO.leafWeight", file("blkio.leaf_weight", weight), None)?;
    }
    for device in wanted.weight_device().as_deref().unwrap_or_default() {
        weight_device(files, controller, device)?;
    }
    let throttles = [
        ("ReadBps", "read_bps", "rbps", wanted.throttle_read_bps_device()),
        ("WriteBps", "write_bps", "wbps", wanted.throttle_write_bps_device()),
        ("ReadIOPS", "read_iops", "riops", wanted.throttle_read_iops_device()),
        ("WriteIOPS", "write_iops", "wiops", wanted.throttle_write_iops_device()),
    ];
    for (field, v1, v2, devices) in throttles {
        for device in devices.as_deref().unwrap_or_default() {
            throttle(files, controller, (field, v1, v2), *device)?;
        }
    }
    Ok(())
}

fn weight_device(files: &mut Files<'_>, controller: &str, device: &LinuxWeightDevice) -> Result<()> {
    let number = format!("{}:{}", device.major(), device.minor());
    if let Some(weight) = device.weight().filter(|it| *it != 0) {
        check("weightDevice", weight)?;
        let plain = format!("{number} {weight}");
        let v1 = ["blkio.weight_device", "blkio.bfq.weight_device"].map(|name| (name, plain.clone()));
        let v2 = [("io.bfq.weight", plain), ("io.weight", format!("{number} {}", io_weight(weight)))];
        files.put(controller, "blockIO.weightDevice", Some(v1.into()), Some(v2.into()))?;
    }
    if let Some(weight) = device.leaf_weight().filter(|it| *it != 0) {
        check("weightDevice", weight)?;
        let v1 = file("blkio.leaf_weight_device", format!("{number} {weight}"));
        files.put(controller, "blockIO.weightDevice", v1, None)?;
    }
    Ok(())
}

fn throttle(
    files: &mut Files<'_>,
    controller: &str,
    (field, v1, v2): (&str, &str, &str),
    device: LinuxThrottleDevice,
) -> Result<()> {
    let number = format!("{}:{}", device.major(), device.minor());
    let rate = device.rate();
    // A rate of zero lifts the limit, on v1 by itself.
    let word = if rate == 0 { "max".to_owned() } else { rate.to_string() };
    let name = format!("blkio.throttle.{v1}_device");
    files.put(
        controller,
        &format!("blockIO.throttle{field}Device"),
        file(&name, format!("{number} {rate}")),
        file("io.max", format!("{number} {v2}={word}")),
    )
}

fn check(field: &str, weight: u16) -> Result<()> {
    if (10..=1000).contains(&weight) {
        return Ok(());
    }
    let problem = format!("{weight} is not between 10 and 1000");
    Err(Error::Usage(format!("linux.resources.blockIO.{field}: {problem}")))
}

/// A weight from 10 to 1000 as io.weight, from 1 to 10000, has it.
pub(super) fn io_weight(weight: u16) -> u64 {
    1 + u64::from(weight.saturating_sub(10)) * 9999 / 990
}
