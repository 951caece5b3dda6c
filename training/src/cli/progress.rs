//! Progress, on one line of a terminal.

use std::ops::ControlFlow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::interrupt;

/// Shows messages, and reports Ctrl-C. The line disappears when it is dropped.
pub fn watch() -> impl FnMut(&str) -> ControlFlow<()> {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {elapsed} {msg}").expect("a valid template"));
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
