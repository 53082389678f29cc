//! Small statistics in floating point: they point at things to look at and decide nothing.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of sheets are far below 2^52"
)]

/// Zero for none.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.iter().sum::<f64>() / values.len() as f64
}

/// Standard deviation of these values themselves (not of a population they were drawn from).
pub fn spread(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = mean(values);
    let squares: f64 = values.iter().map(|value| (value - middle).powi(2)).sum();
    (squares / values.len() as f64).sqrt()
}

/// Zero for none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match (
        sorted.get(half),
        half.checked_sub(1).and_then(|n| sorted.get(n)),
    ) {
        (Some(upper), Some(lower)) if sorted.len().is_multiple_of(2) => (upper + lower) / 2.0,
        (Some(middle), _) => *middle,
        (None, _) => 0.0,
    }
}

/// The standard deviation as the median distance from the median tells it (MAD × 1.4826): a few wild values hardly
/// move it.
pub fn robust_spread(values: &[f64]) -> f64 {
    let middle = median(values);
    let distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    1.4826 * median(&distances)
}

/// Pearson's correlation of the pairs; none below three, or where one side does not vary.
pub fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let (left, right): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (a, b) = (spread(&left), spread(&right));
    if pairs.len() < 3 || a <= 0.0 || b <= 0.0 {
        return None;
    }
    let (x, y) = (mean(&left), mean(&right));
    let products: f64 = pairs.iter().map(|(l, r)| (l - x) * (r - y)).sum();
    Some((products / pairs.len() as f64 / a / b).clamp(-1.0, 1.0))
}

/// The point a standard normal value exceeds with this probability, below one half (Abramowitz and Stegun 26.2.23).
pub fn normal_point(probability: f64) -> f64 {
    let t = (-2.0 * probability.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - above / below
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-3
    }

    #[test]
    fn by_hand() {
        assert!(near(mean(&[1.0, 2.0, 6.0]), 3.0));
        assert!(near(spread(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), 2.0));
        assert!(near(median(&[9.0, 1.0, 2.0]), 2.0));
        assert!(near(median(&[9.0, 1.0, 2.0, 4.0]), 3.0));
        assert!(near(robust_spread(&[1.0, 2.0, 3.0, 4.0, 500.0]), 1.4826));
        assert!(near(median(&[]) + mean(&[]) + spread(&[]), 0.0));
        let line = [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)];
        assert!(near(correlation(&line).unwrap(), 1.0));
        assert_eq!(correlation(&[(1.0, 2.0), (2.0, 2.0), (3.0, 2.0)]), None);
        assert!(near(normal_point(0.025), 1.96));
        assert!(near(normal_point(0.001), 3.0902));
    }
}
