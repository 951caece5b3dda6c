//! The actions of the workflows: each is pinned by its commit, since a tag can be moved to other code.

use crate::command::Outcome;
use std::fs;
use std::path::Path;

/// Looks at every workflow.
///
/// # Errors
/// A line for each action that is not pinned.
pub fn check(root: &Path) -> Outcome<()> {
    let folder = root.join(".github/workflows");
    let files = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut faults = Vec::new();
    for file in files {
        let path = file.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        faults.extend(unpinned(&text).map(|(line, action)| {
            format!(
                "{}:{line}: {action}; name a commit, and the version behind it: `ACTION@COMMIT # vN`",
                path.display()
            )
        }));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("actions that are not pinned:\n  {}", faults.join("\n  ")))
    }
}

/// Lines, counted from 1, with the actions that they use other than by a commit and with a version.
fn unpinned(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(at, line)| {
        let used = line.trim_start().trim_start_matches("- ").strip_prefix("uses:")?.trim();
        let (action, version) = used
            .split_once('#')
            .map_or((used, ""), |(action, version)| (action.trim(), version));
        let commit = action.split_once('@').map_or("", |(_, commit)| commit);
        let is_pinned = commit.len() == 40
            && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
            && version.trim().starts_with('v');
        // An action of this repository has its commit.
        (!is_pinned && !action.starts_with("./")).then_some((at + 1, used))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_a_branch_and_a_short_commit_do_not_pin() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let text = format!(
            "steps:\n  - uses: a/b@{commit} # v4.1\n  - name: x\n    uses: a/b@v4\n  - uses: a/b@{commit}\n  - uses: a/b\n  \
             - uses: ./here\n  - uses: a/b@0123abc # v1\n"
        );
        let lines: Vec<usize> = unpinned(&text).map(|(line, _)| line).collect();
        assert_eq!(lines, [4, 5, 6, 8]);
    }
}
