//! Which bytes of a file a request wants: one range of RFC 9110, section 14, as readers of large files ask for.

/// The bytes that are sent.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Wanted {
    /// All of them. Also where several ranges are asked for, or in words that are not known: a server may pass over
    /// these.
    All,
    /// From the first to the last, both counted, from 0.
    Part(u64, u64),
    /// None that the file has.
    Unsatisfiable,
}

/// What the value of a `Range` header asks for of a file of `length` bytes.
pub fn wanted(header: Option<&str>, length: u64) -> Wanted {
    let Some((first, last)) = header
        .and_then(|value| value.trim().strip_prefix("bytes="))
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first > last => Wanted::All,
        (Some(first), _) if first >= length && (last.is_empty() || number(last).is_some()) => Wanted::Unsatisfiable,
        (Some(first), Some(last)) => Wanted::Part(first, last.min(length - 1)),
        (Some(first), None) if last.is_empty() => Wanted::Part(first, length - 1),
        // The last so many.
        (None, Some(0)) if first.is_empty() => Wanted::Unsatisfiable,
        (None, Some(_)) if first.is_empty() && length == 0 => Wanted::Unsatisfiable,
        (None, Some(last)) if first.is_empty() => Wanted::Part(length.saturating_sub(last), length - 1),
        _ => Wanted::All,
    }
}

/// Digits alone: `parse` takes a sign, too.
fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_gives_its_bytes_and_none_beyond_the_file() {
        for (header, bytes) in [
            ("bytes=0-0", (0, 0)),
            ("bytes=2-5", (2, 5)),
            ("bytes=7-", (7, 9)),
            ("bytes=-3", (7, 9)),
            ("bytes=-30", (0, 9)),
            ("bytes=4-99999999999", (4, 9)),
        ] {
            assert_eq!(wanted(Some(header), 10), Wanted::Part(bytes.0, bytes.1), "{header}");
        }
    }

    #[test]
    fn a_range_after_the_end_cannot_be_had() {
        for header in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(wanted(Some(header), 10), Wanted::Unsatisfiable, "{header}");
        }
        for header in ["bytes=0-", "bytes=-1", "bytes=0-0"] {
            assert_eq!(wanted(Some(header), 0), Wanted::Unsatisfiable, "{header}");
        }
    }

    #[test]
    fn what_is_not_one_range_of_bytes_gets_all() {
        for header in [
            "bytes=0-1,3-4",
            "bytes=5-2",
            "bytes=-",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=99999999999999999999-",
            "lines=1-2",
            "",
        ] {
            assert_eq!(wanted(Some(header), 10), Wanted::All, "{header}");
        }
        assert_eq!(wanted(None, 10), Wanted::All);
    }
}
