//! A pass in steps, each short enough that a page stays responsive between two of them.

use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Asked after each step whether to go on; an error ends the pass.
pub trait Between<E>: AsyncFnMut() -> Result<(), E> {}

impl<E, F: AsyncFnMut() -> Result<(), E>> Between<E> for F {}

/// The result of a pass that never waits.
pub fn at_once<T>(pass: impl Future<Output = Result<T, Infallible>>) -> T {
    match pin!(pass).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(output)) => output,
        Poll::Pending => unreachable!("a pass waits for nobody but `between`"),
    }
}
