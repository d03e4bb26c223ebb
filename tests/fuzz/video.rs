//! A file that was sent as a video. The first byte says how much larger it is than what follows; the rest of it is zeros.

use domain::catalogue::content::videos::{MOST_LOOKS, MissingBytes, SeenBytes, examine};

pub fn run(input: &[u8]) {
    let Some((larger, file)) = input.split_first() else { return };
    let size = (file.len() as u64) << (larger % 32);
    let mut seen = SeenBytes::of(size);
    for looks in 0.. {
        let Err(MissingBytes { at, length }) = examine(&seen) else { break };
        assert!(looks < MOST_LOOKS, "it is looked at for ever");
        assert!(length > 0 && at.saturating_add(length) <= size, "it is looked at beyond its end");
        let byte =
            |at: u64| usize::try_from(at).ok().and_then(|at| file.get(at)).copied().unwrap_or_default();
        seen.see(at, (at..at + length).map(byte).collect());
    }
}
