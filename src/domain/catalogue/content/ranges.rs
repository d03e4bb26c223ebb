//! Parts of a file that a browser asks for (RFC 9110, 14): one range of bytes.

/// What a request asks for of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestedRange {
    Whole,
    /// From the first byte on, so many.
    Part {
        from: u64,
        length: u64,
    },
    /// Nothing of the range is in the file.
    Outside,
}

/// Reads a `Range` header. What is no single range of bytes is answered with the whole file, as the standard allows.
pub fn asked(header: Option<&str>, size: u64) -> RequestedRange {
    header.and_then(|header| read(header, size)).unwrap_or(RequestedRange::Whole)
}

fn read(header: &str, size: u64) -> Option<RequestedRange> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || last.contains(',') {
        return None;
    }
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() {
        let length = number(last)?.min(size);
        return Some(if length == 0 {
            RequestedRange::Outside
        } else {
            RequestedRange::Part { from: size - length, length }
        });
    }
    let from = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < from {
        return None;
    }
    if from >= size {
        return Some(RequestedRange::Outside);
    }
    Some(RequestedRange::Part { from, length: last.min(size - 1) - from + 1 })
}

/// Digits alone; a number that is too large counts as the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Whether the request goes on with the file that it knows: without `If-Range`, or if that names this version. A date names none.
pub fn is_same(if_range: Option<&str>, etag: &str) -> bool {
    if_range.is_none_or(|known| known.trim() == etag)
}

/// Whether the caller has this version already, by its `If-None-Match`.
pub fn is_known(if_none_match: Option<&str>, etag: &str) -> bool {
    let Some(known) = if_none_match else { return false };
    known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_of_bytes_is_a_part_of_the_file() {
        let part = |from, length| RequestedRange::Part { from, length };
        for (header, want) in [
            (None, RequestedRange::Whole),
            (Some("bytes=0-"), part(0, 10)),
            (Some("bytes=0-0"), part(0, 1)),
            (Some("bytes=2-5"), part(2, 4)),
            (Some("Bytes = 2-5"), part(2, 4)),
            (Some("bytes=2-99"), part(2, 8)),
            (Some("bytes=9-"), part(9, 1)),
            (Some("bytes=9-99999999999999999999999"), part(9, 1)),
            (Some("bytes=-3"), part(7, 3)),
            (Some("bytes=-99"), part(0, 10)),
            (Some("bytes=10-"), RequestedRange::Outside),
            (Some("bytes=99999999999999999999999-"), RequestedRange::Outside),
            (Some("bytes=-0"), RequestedRange::Outside),
            (Some("bytes=5-2"), RequestedRange::Whole),
            (Some("bytes=-"), RequestedRange::Whole),
            (Some("bytes=a-b"), RequestedRange::Whole),
            (Some("bytes=+1-2"), RequestedRange::Whole),
            (Some("bytes=0-1,3-4"), RequestedRange::Whole),
            (Some("bytes=0-,3-"), RequestedRange::Whole),
            (Some("lines=0-1"), RequestedRange::Whole),
            (Some("0-1"), RequestedRange::Whole),
            (Some(""), RequestedRange::Whole),
        ] {
            assert_eq!(asked(header, 10), want, "{header:?}");
        }
    }

    #[test]
    fn a_part_lies_inside_its_file() {
        for size in 1..6_u64 {
            for first in 0..8_u64 {
                for last in 0..8_u64 {
                    for header in
                        [format!("bytes={first}-{last}"), format!("bytes={first}-"), format!("bytes=-{last}")]
                    {
                        if let RequestedRange::Part { from, length } = asked(Some(&header), size) {
                            assert!(length > 0 && from + length <= size, "{header} of {size}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn versions_are_compared_by_their_etag() {
        let etag = "\"ab\"";
        for (if_range, same) in
            [(None, true), (Some("\"ab\""), true), (Some("\"cd\""), false), (Some("W/\"ab\""), false)]
        {
            assert_eq!(is_same(if_range, etag), same, "{if_range:?}");
        }
        assert!(!is_same(Some("Sat, 29 Oct 1994 19:43:31 GMT"), etag));
        for (if_none_match, known) in [
            (None, false),
            (Some("\"ab\""), true),
            (Some("W/\"ab\""), true),
            (Some("\"cd\", \"ab\""), true),
            (Some("*"), true),
            (Some("\"cd\""), false),
        ] {
            assert_eq!(is_known(if_none_match, etag), known, "{if_none_match:?}");
        }
    }
}
