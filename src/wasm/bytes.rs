//! Files held by JavaScript, read in parts: none is copied as a whole, because an engine's memory never shrinks.

use std::borrow::Cow;
use std::ops::Range;

use js_sys::Uint8Array;

use crate::weights::Source;

impl Source for Uint8Array {
    fn size(&self) -> usize {
        self.length() as usize
    }

    fn part(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        Cow::Owned(self.subarray(range.start as u32, range.end as u32).to_vec())
    }
}
