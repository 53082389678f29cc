//! Exact ratios, rounded half up once, at the end. There is no floating point.

use std::cmp::Ordering;
use std::fmt;

/// An exact ratio in lowest terms with a positive denominator. In this module its value is in hundredths of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Nothing: 0/1.
    pub const ZERO: Self = Self {
        numerator: 0,
        denominator: 1,
    };

    /// `number / 1`.
    pub const fn whole(number: i128) -> Self {
        Self {
            numerator: number,
            denominator: 1,
        }
    }

    /// `numerator / denominator` in lowest terms; `None` for a zero denominator or beyond the range of `i128`.
    pub fn from_ratio(numerator: i128, denominator: i128) -> Option<Self> {
        let divisor =
            i128::try_from(gcd(numerator.unsigned_abs(), denominator.unsigned_abs())).ok()?;
        let (n, d) = (
            numerator.checked_div(divisor)?,
            denominator.checked_div(divisor)?,
        );
        match d.cmp(&0) {
            Ordering::Greater => Some(Self {
                numerator: n,
                denominator: d,
            }),
            Ordering::Less => Some(Self {
                numerator: n.checked_neg()?,
                denominator: d.checked_neg()?,
            }),
            Ordering::Equal => None,
        }
    }

    /// The upper number, with the sign.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The lower number, always positive.
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The exact sum; `None` beyond the range of `i128`.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::from_ratio(
            left.checked_add(right)?,
            self.denominator.checked_mul(other.denominator)?,
        )
    }

    /// The nearest integer, a half going up; so hundredths in, hundredths out. Stops at the ends of `i64`.
    pub fn round_half_up(self) -> i64 {
        let floor = self.numerator.div_euclid(self.denominator);
        let rest = self.numerator.rem_euclid(self.denominator);
        let rounded = if rest >= self.denominator - rest {
            floor.saturating_add(1)
        } else {
            floor
        };
        i64::try_from(rounded).unwrap_or(if rounded > 0 { i64::MAX } else { i64::MIN })
    }
}

impl Ord for Fraction {
    /// By value, as continued fractions, so that nothing can overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (self.numerator, self.denominator);
        let (mut c, mut d) = (other.numerator, other.denominator);
        loop {
            let whole = a.div_euclid(b).cmp(&c.div_euclid(d));
            let (left, right) = (a.rem_euclid(b), c.rem_euclid(d));
            if whole != Ordering::Equal || left == 0 || right == 0 {
                return whole.then(left.signum().cmp(&right.signum()));
            }
            // left/b < right/d exactly when d/right < b/left.
            (a, b, c, d) = (d, right, b, left);
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
