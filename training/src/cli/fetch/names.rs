//! Names of files. The names in a record are not trusted.

use sanitize_filename::Options;
use wildmatch::WildMatch;

/// A name that stays in its folder on every system: separators, control characters and what systems reserve become `_`,
/// and so do dots and spaces at the start, which hide a file.
pub fn safe(key: &str) -> String {
    let options = Options {
        windows: true,
        truncate: false,
        replacement: "_",
    };
    let plain = sanitize_filename::sanitize_with_options(key, options);
    let inner = plain.trim_start_matches(['.', ' ']);
    let hiding = plain.chars().count() - inner.chars().count();
    match "_".repeat(hiding) + inner {
        name if name.is_empty() => "_".to_owned(),
        name => name,
    }
}

/// Returns true if a name fits a pattern in which `*` stands for any letters and `?` for one.
pub fn matches(pattern: &str, name: &str) -> bool {
    WildMatch::new(pattern).matches(name)
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
            ("../../etc/passwd", "___.._etc_passwd"),
            ("/etc/passwd", "_etc_passwd"),
            ("a/b.zip", "a_b.zip"),
            ("C:\\x", "C__x"),
            ("..", "_"),
            ("CON", "_"),
            ("nul.txt", "_"),
            ("console.txt", "console.txt"),
            (".", "_"),
            ("", "_"),
            (".bashrc", "_bashrc"),
            ("x. ", "x_"),
            ("a\n\u{1b}[2J", "a__[2J"),
        ] {
            let safe = safe(key);
            assert!(!safe.starts_with('.') && !safe.contains(['/', '\\']), "{safe}");
            assert_eq!(safe, name, "{key:?}");
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
