//! Positions in the order of one direction.

/// Positions t, each with the previous one, in the order of a direction: 0 from the beginning of the sequence, 1 from
/// its end.
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

    /// The position of a step, counted from 0, and that of the previous step.
    #[inline(always)]
    pub fn at(self, step: usize) -> (usize, Option<usize>) {
        let place = |step| {
            if self.reverse { self.steps - 1 - step } else { step }
        };
        (place(step), step.checked_sub(1).map(place))
    }
}
