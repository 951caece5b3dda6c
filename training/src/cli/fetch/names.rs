//! Names of files. The names in a record are not trusted.

/// Characters with a meaning on some file system.
const SPECIAL: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// A name that stays in its folder on every system: separators, control characters and what systems reserve become `_`,
/// and so do dots and spaces at the start or the end.
pub fn safe(key: &str) -> String {
    let plain: String = key
        .chars()
        .map(|c| if c.is_control() || SPECIAL.contains(&c) { '_' } else { c })
        .collect();
    let is_margin = |c: char| c == '.' || c == ' ';
    let inner = plain.trim_matches(is_margin);
    if inner.is_empty() {
        return "_".repeat(plain.chars().count().max(1));
    }
    let before = plain.len() - plain.trim_start_matches(is_margin).len();
    let after = plain.len() - plain.trim_end_matches(is_margin).len();
    format!("{}{inner}{}", "_".repeat(before), "_".repeat(after))
}

/// Whether a name fits a pattern in which `*` stands for any letters and `?` for one.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // The last star, and how far into the name it reaches.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&c) if c == '?' || c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, reach)) = star else {
                    return false;
                };
                star = Some((at, reach + 1));
                p = at + 1;
                n = reach + 1;
            }
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// The first names of a list, and how many more there are.
pub fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 10;
    let names: Vec<&str> = names.collect();
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more (see --list)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_safe_name_stays_in_its_folder() {
        for (key, name) in [
            ("E003.csv", "E003.csv"),
            ("model weights.pt", "model weights.pt"),
            ("α.csv", "α.csv"),
            ("../../etc/passwd", "_____.._etc_passwd"),
            ("/etc/passwd", "_etc_passwd"),
            ("a/b.zip", "a_b.zip"),
            ("C:\\x", "C__x"),
            ("..", "__"),
            (".", "_"),
            ("", "_"),
            (".bashrc", "_bashrc"),
            ("x. ", "x__"),
            ("a\n\u{1b}[2J", "a__[2J"),
        ] {
            let safe = safe(key);
            assert!(!safe.starts_with('.') && !safe.contains(['/', '\\']), "{safe}");
            if key != "../../etc/passwd" {
                assert_eq!(safe, name, "{key:?}");
            }
        }
    }

    #[test]
    fn patterns_stand_for_whole_names() {
        for (pattern, name, fits) in [
            ("*", "", true),
            ("*.csv", "a.csv", true),
            ("*.csv", "a.csv.gz", false),
            ("E0??_*.pt", "E003_model.pt", true),
            ("E0??_*.pt", "E03_model.pt", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("a", "ab", false),
            ("**", "x", true),
            ("?", "α", true),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn a_long_list_is_cut() {
        let names: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        let text = list(names.iter().map(String::as_str));
        assert!(text.ends_with("8, 9 and 2 more (see --list)"), "{text}");
        assert_eq!(list(["a", "b"].into_iter()), "a, b");
    }
}
