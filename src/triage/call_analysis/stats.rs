//! The statistics behind causes and shared factors: marginal likelihoods, Fisher's exact test, Wilson's and Newcombe's
//! intervals.

use crate::triage::priors::Beta;

/// Returns the logarithm of the gamma function (Stirling's series) of a positive number.
fn ln_gamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    // The series is exact to 12 digits from here on.
    while x < 10.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    shift + (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series
}

/// Returns the logarithm of the beta function.
fn ln_beta(one: f64, other: f64) -> f64 {
    ln_gamma(one) + ln_gamma(other) - ln_gamma(one + other)
}

/// Returns the probability of at least `count` events where `expected` are expected (Poisson).
pub(super) fn poisson_at_least(count: u32, expected: f64) -> f64 {
    let mut term = (-expected).exp();
    let mut fewer = 0.0;
    for events in 0..count {
        fewer += term;
        term *= expected / f64::from(events + 1);
    }
    (1.0 - fewer).max(0.0)
}

/// Returns the logarithm of the probability of these people, poor and judged, if all have one rate and only `prior` is
/// assumed about it: the marginal likelihood.
pub(super) fn ln_marginal(prior: Beta, (poor, judged): (u32, u32)) -> f64 {
    let good = f64::from(judged.saturating_sub(poor));
    ln_beta(prior.poor + f64::from(poor), prior.good + good) - ln_beta(prior.poor, prior.good)
}

/// Returns the logarithm of the sum of numbers given by their logarithms.
pub(super) fn ln_sum(logarithms: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logarithms.clone().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY { most } else { most + logarithms.map(|one| (one - most).exp()).sum::<f64>().ln() }
}

/// Returns the lower end of the 95 % interval for the difference of two shares (Newcombe 1998, method 10, based on
/// Wilson's intervals). Each pair has the number of poor people and of judged people.
pub(super) fn newcombe_lower_bound(with: (u32, u32), without: (u32, u32)) -> f64 {
    let share = |(poor, judged): (u32, u32)| if judged == 0 { 0.0 } else { f64::from(poor) / f64::from(judged) };
    let (one, other) = (share(with), share(without));
    let low = one - wilson_interval(with).0;
    let high = wilson_interval(without).1 - other;
    one - other - (low * low + high * high).sqrt()
}

/// Returns Wilson's 95 % interval for a share.
fn wilson_interval((poor, judged): (u32, u32)) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    if judged == 0 {
        return (0.0, 1.0);
    }
    let n = f64::from(judged);
    let share = f64::from(poor) / n;
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    ((middle - half) / whole, (middle + half) / whole)
}

/// Returns the logarithms of the factorials up to a number.
pub(super) fn ln_factorials(most: u32) -> Vec<f64> {
    let mut sum = 0.0;
    let mut all = vec![0.0];
    all.extend((1..=most).map(|number| {
        sum += f64::from(number).ln();
        sum
    }));
    all
}

/// Returns the probability that this many of the poor people, or more, have a value by chance: the upper tail of
/// Fisher's exact test. `total` has the number of all poor people and of all judged people.
pub(super) fn fisher_upper_tail(with: (u32, u32), total: (u32, u32), ln_factorials: &[f64]) -> f64 {
    let ln = |number: u32| ln_factorials.get(number as usize).copied().unwrap_or(f64::INFINITY);
    let choose = |of: u32, some: u32| ln(of) - ln(some) - ln(of - some);
    let all = choose(total.1, with.1);
    let most = with.1.min(total.0);
    let tail = (with.0..=most).filter(|poor| with.1 - poor <= total.1 - total.0);
    tail.map(|poor| (choose(total.0, poor) + choose(total.1 - total.0, with.1 - poor) - all).exp())
        .sum::<f64>()
        .min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marginal_likelihood_is_the_probability_of_what_was_seen() {
        let even = Beta { poor: 1.0, good: 1.0 };
        // With a uniform prior every number of poor people is equally likely.
        for poor in 0..=4 {
            let ways = [1.0, 4.0, 6.0, 4.0, 1.0][poor as usize];
            assert!((ln_marginal(even, (poor, 4)).exp() * ways - 0.2).abs() < 1e-12);
        }
        assert!((ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-12);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-12);
        assert!((ln_sum([0.0, 0.0].into_iter()) - 2.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn the_measures_are_careful_with_few_and_look_at_the_difference_with_many() {
        assert!(newcombe_lower_bound((1, 1), (0, 1)) < 0.0, "one of one against none of one says nothing");
        let (few, many) = (newcombe_lower_bound((6, 10), (10, 100)), newcombe_lower_bound((600, 1000), (1000, 10000)));
        assert!(0.0 < few && few < many, "the same shares are surer with more people: {few} and {many}");
        let all = newcombe_lower_bound((12, 12), (6, 159));
        let most = newcombe_lower_bound((12, 16), (6, 155));
        assert!(all > most, "a subnet that is entirely bad explains more than the egress around it");
        assert!(newcombe_lower_bound((520, 10000), (480, 10000)) < 0.01, "thousands make no small difference large");

        let chance = |with, total: (u32, u32)| fisher_upper_tail(with, total, &ln_factorials(total.1));
        // The lady tasting tea: picking all four right cups of eight by chance has a probability of 1 in 70.
        assert!((chance((4, 4), (4, 8)) - 1.0 / 70.0).abs() < 1e-12);
        assert!((chance((0, 4), (4, 8)) - 1.0).abs() < 1e-12);
        assert!(chance((2, 2), (150, 5000)) * 5000.0 > 0.05, "two unlucky people among thousands are chance");
        assert!(chance((12, 12), (18, 171)) * 1000.0 < 1e-6);
    }
}
