//! Pseudo-random numbers that are identical on every machine: SplitMix64.

/// A source of numbers, determined by its seed.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Creates the numbers for one item of a series, independent of those of its neighbours.
    pub fn new(series: u64, number: usize) -> Self {
        let mut dice = Dice(series ^ (number as u64).wrapping_mul(0xA076_1D64_78BD_642F));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 up to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Returns a number between two bounds.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// Returns a whole number from `low` up to, but not including, `high`.
    pub fn whole(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low).max(1)
    }

    /// Returns true in this many cases out of a hundred.
    pub fn percent(&mut self, cases: u64) -> bool {
        self.next() % 100 < cases
    }

    /// Returns one element of a list.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[(self.next() % list.len() as u64) as usize]
    }

    /// Returns a GUID in the form of a random one.
    pub fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFF,
            0x8000 | (low >> 48 & 0x3FFF),
            low & 0xFFFF_FFFF_FFFF
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let roll = |number| {
            let mut dice = Dice::new(1, number);
            (dice.guid(), dice.whole(0, 1000), dice.percent(50))
        };
        assert_eq!(roll(3), roll(3));
        assert_ne!(roll(3).0, roll(4).0);
        assert_eq!(roll(3).0.len(), 36);
    }
}
