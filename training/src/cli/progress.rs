//! Progress, on one line of a terminal.

use std::ops::ControlFlow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::interrupt;

/// Shows messages, and reports Ctrl-C. The line disappears when it is dropped.
pub fn watch() -> impl FnMut(&str) -> ControlFlow<()> {
    let bar = ProgressBar::new_spinner().with_style(style("{spinner} {elapsed} {msg}"));
    bar.enable_steady_tick(Duration::from_millis(200));
    let line = Line(bar);
    move |what| {
        line.0.set_message(what.to_owned());
        interrupt::flow()
    }
}

struct Line(ProgressBar);

impl Drop for Line {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar on a terminal, laid out as indicatif has it.
pub fn bar(length: u64, template: &str) -> ProgressBar {
    ProgressBar::new(length).with_style(style(template))
}

/// A bar that counts what is done: `doing ████ 3/10 genes, 5s left`.
pub fn counting(doing: &str, total: usize, of: &str) -> ProgressBar {
    let template = format!("{doing} {{bar:24}} {{pos}}/{{len}} {of}, {{eta}} left");
    bar(total as u64, template.trim_start())
}

/// A bar for the bytes of a file, by its name.
pub fn bytes(doing: &str, file: &str, length: u64) -> ProgressBar {
    let bar = bar(length, "{prefix} {bar:24} {bytes}/{total_bytes}");
    bar.with_prefix(format!("{doing} {file}"))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("a valid template")
}
