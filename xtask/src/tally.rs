//! Counting what passed, and naming what failed, from what each test runner prints.

use std::ops::AddAssign;
use std::process::ExitCode;

/// Numbers of tests that passed, failed and were skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, and suites that could not run.
    pub failed: u64,
    /// Tests that did not run because something is not there.
    pub skipped: u64,
    /// The names of tests that failed, where the runner says them: they stand far up in its output.
    pub names: Vec<String>,
}

impl Tally {
    /// One test.
    pub fn one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            ..Self::default()
        }
    }

    /// Adds the counts of a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`: cargo's own runner
    /// natively, and wasm-bindgen's under Node.
    pub fn read_cargo(&mut self, line: &str) {
        let failed = line
            .strip_prefix("test ")
            .and_then(|line| line.strip_suffix("... FAILED"));
        self.name(failed);
        let Some(counts) = line.trim().strip_prefix("test result: ") else {
            return;
        };
        let count = |word: &str| {
            let words: Vec<&str> = counts.split([' ', ';', '.']).filter(|word| !word.is_empty()).collect();
            words
                .windows(2)
                .find(|pair| pair[1] == word)
                .and_then(|pair| pair[0].parse().ok())
                .unwrap_or(0)
        };
        *self += Self {
            passed: count("passed"),
            failed: count("failed"),
            skipped: count("ignored"),
            ..Self::default()
        };
    }

    /// Adds the counts of one line of the end of Node's test runner: `ℹ pass 12` or `# pass 12`.
    pub fn read_node(&mut self, line: &str) {
        // The list of them at the end names each again, after a heading.
        let failed = line.trim().strip_prefix('✖').filter(|name| *name != " failing tests:");
        self.name(failed.map(|name| name.rsplit_once(" (").map_or(name, |(name, _)| name)));
        let mut words = line.trim().trim_start_matches(['ℹ', '#']).split_whitespace();
        let (Some(word), Some(Ok(count)), None) = (words.next(), words.next().map(str::parse::<u64>), words.next())
        else {
            return;
        };
        match word {
            "pass" => self.passed += count,
            "fail" | "cancelled" => self.failed += count,
            "skipped" | "todo" => self.skipped += count,
            _ => {}
        }
    }

    /// Adds the outcome of one test as Python's unittest prints it with `-v`: `test_a (module.Case.test_a) ... ok`, or
    /// only its end where a test has printed in between.
    pub fn read_unittest(&mut self, line: &str) {
        let outcome = line.rsplit("... ").next().unwrap_or_default().trim();
        match outcome {
            "ok" | "expected failure" => self.passed += 1,
            "FAIL" | "ERROR" | "unexpected success" => {
                self.failed += 1;
                self.name(line.rsplit_once("... ").map(|(name, _)| name));
            }
            _ if outcome.starts_with("skipped ") => self.skipped += 1,
            _ => {}
        }
    }

    /// Adds the counts of Playwright's JSON report.
    pub fn read_playwright(&mut self, report: &serde_json::Value) {
        let count = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
        *self += Self {
            passed: count("expected"),
            failed: count("unexpected") + count("flaky"),
            skipped: count("skipped"),
            ..Self::default()
        };
        let suites = report["suites"].as_array().into_iter().flatten();
        suites.for_each(|suite| self.name_playwright(suite));
    }

    fn name_playwright(&mut self, suite: &serde_json::Value) {
        fn list(of: &serde_json::Value) -> impl Iterator<Item = &serde_json::Value> {
            of.as_array().into_iter().flatten()
        }
        for spec in list(&suite["specs"]) {
            for test in list(&spec["tests"]) {
                if !matches!(test["status"].as_str(), Some("unexpected" | "flaky")) {
                    continue;
                }
                let text = |of: &serde_json::Value| of.as_str().unwrap_or_default().to_owned();
                let reason = text(&test["results"][0]["error"]["message"]);
                self.name(Some(&format!(
                    "[{}] {}:{} {}: {}",
                    text(&test["projectName"]),
                    text(&spec["file"]),
                    spec["line"],
                    text(&spec["title"]),
                    reason.lines().next().unwrap_or("no reason is given")
                )));
            }
        }
        list(&suite["suites"]).for_each(|suite| self.name_playwright(suite));
    }

    /// Keeps the name of a test that failed, once.
    fn name(&mut self, failed: Option<&str>) {
        let Some(name) = failed.map(str::trim) else { return };
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
    }

    /// Success where nothing failed.
    pub fn exit_code(&self) -> ExitCode {
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.names.extend(other.names);
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64, skipped: u64) -> Tally {
        Tally {
            passed,
            failed,
            skipped,
            names: Vec::new(),
        }
    }

    fn named(mut tally: Tally, names: &[&str]) -> Tally {
        tally.names = names.iter().map(|&name| name.to_owned()).collect();
        tally
    }

    #[test]
    fn cargos_closing_lines_are_added_up() {
        let mut sum = Tally::default();
        for line in [
            "running 5 tests",
            "test a ... ok",
            "test matrix::b ... FAILED",
            "test result: ok. 3 passed; 0 failed; 2 ignored; 0 measured; 1 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ] {
            sum.read_cargo(line);
        }
        assert_eq!(sum, named(tally(4, 4, 2), &["matrix::b"]));
    }

    #[test]
    fn nodes_closing_lines_are_read_in_both_of_its_styles() {
        let mut sum = Tally::default();
        for line in [
            "  ✖ a number (12.5 ms) is read (0.4ms)",
            "ℹ tests 6",
            "ℹ pass 3",
            "ℹ fail 1",
            "# pass 2",
            "# cancelled 1",
            "# skipped 4",
            "# todo 0",
            "pass the salt",
            "✖ failing tests:",
            "✖ a number (12.5 ms) is read (0.4ms)",
        ] {
            sum.read_node(line);
        }
        assert_eq!(sum, named(tally(5, 2, 4), &["a number (12.5 ms) is read"]));
    }

    #[test]
    fn pythons_tests_are_counted_line_by_line() {
        let mut sum = Tally::default();
        for line in [
            "test_a (__main__.Grid.test_a) ... ok",
            "test_b (__main__.Grid.test_b) ... FAIL",
            "test_c (__main__.Grid.test_c) ... ERROR",
            "test_d (__main__.Grid.test_d) ... skipped 'no cluster'",
            "ERROR: test_c (__main__.Grid.test_c)",
            "Ran 4 tests in 4.113s",
            "FAILED (failures=1, errors=1, skipped=1)",
            "OK",
        ] {
            sum.read_unittest(line);
        }
        let names = ["test_b (__main__.Grid.test_b)", "test_c (__main__.Grid.test_c)"];
        assert_eq!(sum, named(tally(1, 2, 1), &names));
    }

    #[test]
    fn a_flaky_page_test_counts_as_failed() {
        let spec = |title: &str, status: &str| {
            serde_json::json!({"file": "a.spec.ts", "line": 3, "title": title, "tests": [
                {"projectName": "firefox", "status": status, "results": [{"error": {"message": "Error: late\n  at 5"}}]}
            ]})
        };
        let report = serde_json::json!({
            "stats": {"expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2},
            "suites": [{"specs": [spec("one", "expected")], "suites": [{"specs": [spec("two", "flaky")]}]}],
        });
        let mut sum = Tally::default();
        sum.read_playwright(&report);
        assert_eq!(sum, named(tally(7, 2, 2), &["[firefox] a.spec.ts:3 two: Error: late"]));
    }
}
