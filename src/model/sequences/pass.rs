//! A pass in short steps, between which a page stays responsive.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::error::Error;

/// A pass, which may take long.
pub type Pass<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + 'a>>;

/// Called after each step of a pass. Passed as a trait object, so that each pass is compiled once for all callers.
pub trait StepHook {
    /// An error ends the pass.
    fn ask(&mut self) -> Pass<'_, ()>;
}

impl<F: AsyncFnMut() -> Result<(), Error>> StepHook for F {
    fn ask(&mut self) -> Pass<'_, ()> {
        Box::pin(self())
    }
}

/// Called after each step of work that takes several passes.
pub trait ProgressHook {
    /// Reports that at least `share` of the work is done, from 0 to 1. An error ends it.
    fn tell(&mut self, share: f64) -> Pass<'_, ()>;
}

impl<F: AsyncFnMut(f64) -> Result<(), Error>> ProgressHook for F {
    fn tell(&mut self, share: f64) -> Pass<'_, ()> {
        Box::pin(self(share))
    }
}

/// The result of a pass that never waits and cannot be cancelled.
pub fn at_once<T>(pass: impl Future<Output = Result<T, Error>>) -> T {
    match pin!(pass).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(output)) => output,
        Poll::Ready(Err(_)) | Poll::Pending => {
            unreachable!("a pass waits for nobody but `between`, and nothing else ends it")
        }
    }
}
