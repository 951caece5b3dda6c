//! Counting what passed, from what each test runner prints at its end.

use std::ops::AddAssign;
use std::process::ExitCode;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, and suites that could not run.
    pub failed: u64,
    /// Tests that did not run because something is not there.
    pub skipped: u64,
}

impl Tally {
    /// One test.
    pub fn one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            skipped: 0,
        }
    }

    /// Adds the counts of a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`: cargo's own runner
    /// natively, and wasm-bindgen's under Node.
    pub fn read_cargo(&mut self, line: &str) {
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
        };
    }

    /// Adds the counts of one line of the end of Node's test runner: `ℹ pass 12` or `# pass 12`.
    pub fn read_node(&mut self, line: &str) {
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
            "FAIL" | "ERROR" | "unexpected success" => self.failed += 1,
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
        };
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
        }
    }

    #[test]
    fn cargos_closing_lines_are_added_up() {
        let mut sum = Tally::default();
        for line in [
            "running 5 tests",
            "test a ... ok",
            "test result: ok. 3 passed; 0 failed; 2 ignored; 0 measured; 1 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ] {
            sum.read_cargo(line);
        }
        assert_eq!(sum, tally(4, 4, 2));
    }

    #[test]
    fn nodes_closing_lines_are_read_in_both_of_its_styles() {
        let mut sum = Tally::default();
        for line in [
            "ℹ tests 6",
            "ℹ pass 3",
            "ℹ fail 1",
            "# pass 2",
            "# cancelled 1",
            "# skipped 4",
            "# todo 0",
            "pass the salt",
        ] {
            sum.read_node(line);
        }
        assert_eq!(sum, tally(5, 2, 4));
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
        assert_eq!(sum, tally(1, 2, 1));
    }

    #[test]
    fn a_flaky_page_test_counts_as_failed() {
        let report = serde_json::json!({"stats": {"expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2}});
        let mut sum = Tally::default();
        sum.read_playwright(&report);
        assert_eq!(sum, tally(7, 2, 2));
    }
}
