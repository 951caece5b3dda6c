//! Numbers in sentences.

/// A number and what it counts: "1 track", "3 tracks".
pub fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(0, "track"), "0 tracks");
        assert_eq!(counted(1, "track"), "1 track");
        assert_eq!(counted(2, "track"), "2 tracks");
    }
}
