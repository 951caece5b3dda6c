//! The positions of one direction, in its own order.

/// Positions t with the one before each, in the order in which a direction reads them: direction 0 from the sequence's
/// begin, 1 from its end.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    reverse: bool,
    steps: usize,
}

impl Steps {
    /// The steps of direction `direction` (2 e + d).
    pub fn of(direction: usize, steps: usize) -> Self {
        Self {
            reverse: direction % 2 == 1,
            steps,
        }
    }

    /// The position of a step, counted from 0, and that of the step before it.
    #[inline(always)]
    pub fn at(self, step: usize) -> (usize, Option<usize>) {
        let place = |step| {
            if self.reverse { self.steps - 1 - step } else { step }
        };
        (place(step), step.checked_sub(1).map(place))
    }
}
