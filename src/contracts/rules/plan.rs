//! The plan by step: as it was bid, within the term or not.

use chrono::{Duration, NaiveDate};

use crate::bids::content::{PlanStep, StepKind};
use crate::clock::show_date;
use crate::contracts::content::{Content, PlanLine};

/// The six steps with a date each: as bid, also where that lies outside the term ([`misfits`] says so to whoever
/// signs). What the bid leaves out is spread evenly over the term, between what it gives.
pub fn schedule(
    plan: &[PlanStep],
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    responsible: &str,
) -> Vec<PlanLine> {
    let span = (ends_on - starts_on).num_days();
    let share = |n: i64| starts_on + Duration::days(span * n / 6);
    let line = |kind: StepKind| plan.iter().find(|line| line.step == kind);
    let mut latest = starts_on;
    let mut lines = Vec::new();
    for (nth, kind) in (0..).zip(StepKind::ALL.iter().copied()) {
        let given = line(kind);
        let begun = given.and_then(|line| line.starts_on);
        let ends = given.and_then(|line| line.ends_on).unwrap_or_else(|| {
            let later = StepKind::ALL.iter().skip_while(|one| **one != kind);
            let next = later.filter_map(|one| line(*one)?.ends_on).min();
            let even = share(nth + 1).min(next.unwrap_or(NaiveDate::MAX));
            even.max(latest).max(begun.unwrap_or(latest))
        });
        latest = latest.max(ends);
        lines.push(PlanLine {
            step: kind,
            starts_on: begun.unwrap_or_else(|| share(nth).min(ends)),
            ends_on: ends,
            work: given.map(|line| line.work.clone()).unwrap_or_default(),
            responsible: responsible.to_owned(),
        });
    }
    lines
}

/// What is wrong with a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanFault {
    /// None: the term itself.
    pub step: Option<StepKind>,
    pub field: &'static str,
    pub text: &'static str,
}

/// Everything that is wrong with a plan.
pub fn plan_faults(lines: &[PlanLine], starts_on: NaiveDate, ends_on: NaiveDate) -> Vec<PlanFault> {
    let mut faults = Vec::new();
    let mut fault = |step, field, text| faults.push(PlanFault { step, field, text });
    if ends_on < starts_on {
        fault(None, "ends_on", "结束日期不能早于合同的开始日期。");
    }
    for line in lines {
        let step = Some(line.step);
        if line.ends_on < line.starts_on {
            fault(step, "ends_on", "这一步的结束日期不能早于开始日期。");
        } else if line.starts_on < starts_on {
            fault(step, "starts_on", "这一步不能早于合同的开始日期。");
        } else if line.ends_on > ends_on {
            fault(step, "ends_on", "这一步不能晚于合同的结束日期。");
        }
    }
    for (before, after) in lines.iter().zip(lines.iter().skip(1)) {
        if after.ends_on < before.ends_on {
            fault(Some(after.step), "ends_on", "这一步不能比上一步先结束。");
        }
    }
    faults
}

/// The same as sentences, each with the step and its dates: what both sides agree to by signing, unless it is amended first.
pub fn misfits(content: &Content) -> Vec<String> {
    plan_faults(&content.plan, content.starts_on, content.ends_on)
        .into_iter()
        .map(|fault| {
            let line = content
                .plan
                .iter()
                .find(|line| Some(line.step) == fault.step);
            line.map_or_else(
                || fault.text.to_owned(),
                |line| {
                    format!(
                        "“{}”（{}至{}）：{}",
                        line.step.label(),
                        show_date(line.starts_on),
                        show_date(line.ends_on),
                        fault.text
                    )
                },
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn missing_dates_are_spread_evenly_and_given_ones_kept() {
        let (from, to) = (date("2026-01-01"), date("2026-12-27"));
        let lines = schedule(&[], from, to, "李建国");
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0].starts_on, from);
        assert_eq!(lines[0].ends_on, date("2026-03-02"));
        assert_eq!(lines[5].ends_on, to);
        let given = PlanStep {
            step: StepKind::Breakdown,
            starts_on: Some(date("2026-02-01")),
            ends_on: Some(date("2026-03-15")),
            work: "分解".into(),
        };
        let lines = schedule(&[given], from, to, "李建国");
        assert_eq!(lines[1].starts_on, date("2026-02-01"));
        assert_eq!(lines[1].ends_on, date("2026-03-15"));
        assert_eq!(lines[1].work, "分解");
    }

    #[test]
    fn what_was_bid_is_never_clipped_and_what_does_not_fit_is_told() {
        let (from, to) = (date("2026-04-02"), date("2026-09-29"));
        let step = |step, starts_on, ends_on| PlanStep {
            step,
            starts_on: Some(date(starts_on)),
            ends_on: Some(date(ends_on)),
            work: String::new(),
        };
        let plan = [
            step(StepKind::Initiation, "2026-03-01", "2026-04-20"),
            step(StepKind::Promotion, "2026-10-08", "2026-10-31"),
        ];
        let lines = schedule(&plan, from, to, "");
        assert_eq!(
            (lines[0].starts_on, lines[0].ends_on),
            (date("2026-03-01"), date("2026-04-20"))
        );
        assert_eq!(
            (lines[5].starts_on, lines[5].ends_on),
            (date("2026-10-08"), date("2026-10-31"))
        );
        let faults = plan_faults(&lines, from, to);
        let told: Vec<_> = faults.iter().map(|one| (one.step, one.field)).collect();
        assert_eq!(
            told,
            [
                (Some(StepKind::Initiation), "starts_on"),
                (Some(StepKind::Promotion), "ends_on")
            ]
        );
    }

    #[test]
    fn what_is_filled_in_ends_no_later_than_what_was_bid_after_it() {
        let (from, to) = (date("2026-01-01"), date("2026-12-27"));
        let given = PlanStep {
            step: StepKind::Breakdown,
            starts_on: None,
            ends_on: Some(date("2026-02-10")),
            work: String::new(),
        };
        let lines = schedule(&[given], from, to, "");
        assert_eq!(lines[0].ends_on, date("2026-02-10"));
        assert!(plan_faults(&lines, from, to).is_empty(), "{lines:?}");
    }

    #[test]
    fn a_changed_plan_out_of_order_is_named_by_field() {
        let (from, to) = (date("2026-03-02"), date("2026-12-31"));
        let mut lines = schedule(&[], from, to, "");
        lines[2].ends_on = date("2026-03-03");
        lines[2].starts_on = date("2026-03-02");
        let faults = plan_faults(&lines, from, to);
        assert_eq!(faults[0].step, Some(StepKind::ResearchPractice));
        assert_eq!(faults[0].field, "ends_on");
    }
}
