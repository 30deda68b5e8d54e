//! The limits that a worker puts itself under before it looks at a file.
//!
//! No descriptor beyond the three it was born with can be opened: no file, no socket. No further thread or process, no
//! byte written to a file, no core dump; and memory and processor time only so much.
//! A limit once lowered cannot be raised again without a privilege of the system's administrator.

use std::io;

use super::job::Limits;

/// Whether this system can limit a process; elsewhere the parent only watches the clock.
pub const IS_CONFINED: bool = cfg!(target_os = "linux");

/// Limits this process for the rest of its life.
///
/// # Errors
///
/// The system refuses a limit: then nothing may be read.
#[cfg(target_os = "linux")]
pub fn confine(limits: &Limits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};

    let limit = |resource, soft: u64, hard: u64| {
        setrlimit(resource, Rlimit { current: Some(soft), maximum: Some(hard) })
            .map_err(io::Error::from)
    };
    // Measured while files can still be opened: the program itself and its libraries are mapped, too.
    let memory = address_space()?.saturating_add(limits.memory_bytes);
    // A parent that is killed leaves nobody who would read the answer.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    limit(Resource::As, memory, memory)?;
    // The first signal says that it was the time, the second cannot be ignored.
    limit(Resource::Cpu, limits.cpu_seconds, limits.cpu_seconds.saturating_add(1))?;
    limit(Resource::Core, 0, 0)?;
    limit(Resource::Fsize, 0, 0)?;
    limit(Resource::Nproc, 0, 0)?;
    limit(Resource::Nofile, STANDARD_STREAMS, STANDARD_STREAMS)
}

/// Limits this process as far as the system lets it: not at all.
///
/// # Errors
///
/// None.
#[cfg(not(target_os = "linux"))]
pub fn confine(_limits: &Limits) -> io::Result<()> {
    Ok(())
}

/// One more than the highest descriptor of standard input, output and error.
#[cfg(target_os = "linux")]
const STANDARD_STREAMS: u64 = 3;

/// Bytes of address space that the process has mapped.
#[cfg(target_os = "linux")]
fn address_space() -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmSize:"))
        .and_then(|size| size.trim().strip_suffix("kB"))
        .and_then(|size| size.trim().parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes << 10).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            "no size of the address space in /proc/self/status",
        )
    })
}
