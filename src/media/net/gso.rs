//! Runs: consecutive packets that the kernel sends in one call. All have the same size; only the last may be shorter.

use std::ops::Deref;

/// Packets per run; the kernel's limit is 64.
pub const SEGMENTS: usize = 60;
/// Bytes per run; the kernel's limit is 65,507.
const BYTES: usize = 65_000;

/// The length of the first run in `packets`; 0 only if `packets` is empty.
pub fn first_run<T: Deref<Target = [u8]>>(packets: &[T]) -> usize {
    let Some(first) = packets.first() else { return 0 };
    let (size, mut bytes) = (first.len(), first.len());
    let mut count = 1;
    for packet in &packets[1..] {
        if packet.len() > size || count == SEGMENTS || bytes + packet.len() > BYTES {
            break;
        }
        count += 1;
        bytes += packet.len();
        if packet.len() < size {
            break;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(sizes: &[usize]) -> Vec<usize> {
        let packets: Vec<Vec<u8>> = sizes.iter().map(|size| vec![0; *size]).collect();
        let (mut rest, mut found) = (&packets[..], vec![]);
        while !rest.is_empty() {
            let run = first_run(rest);
            found.push(run);
            rest = &rest[run..];
        }
        found
    }

    #[test]
    fn runs_end_where_the_kernel_wants_them_to() {
        for (sizes, expected) in [
            (&[][..], &[][..]),
            (&[1200], &[1]),
            (&[1200, 1200, 300], &[3]),
            (&[1200, 300, 300], &[2, 1]),
            (&[300, 1200, 1200, 80], &[1, 3]),
            (&[1200, 1200, 300, 1200, 10], &[3, 2]),
        ] {
            assert_eq!(runs(sizes), expected, "{sizes:?}");
        }
    }

    #[test]
    fn long_frames_are_cut_by_count_and_by_bytes() {
        assert_eq!(runs(&[100; 130]), [60, 60, 10]);
        assert_eq!(runs(&[1300; 100]), [50, 50]);
    }
}
