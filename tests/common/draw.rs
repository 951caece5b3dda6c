//! Numbers that are the same on every machine and device.

/// Numerical Recipes' linear congruential generator, of which the upper 24 bits count. It is a test's own: tests run
/// side by side, and a device's generator is shared by all of them.
pub struct Draw(pub u32);

impl Draw {
    /// The next 24 bits.
    pub fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    /// Uniform in [-1, 1).
    pub fn symmetric(&mut self) -> f32 {
        self.bits() as f32 / 8_388_608.0 - 1.0
    }

    /// So many of [`symmetric`](Self::symmetric).
    pub fn values(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.symmetric()).collect()
    }
}
