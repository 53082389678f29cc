//! From the inputs of a result file to its ranking; the arithmetic is in [`rules`].

use std::collections::BTreeMap;

use crate::numbers::result_file::{
    CriterionMean, DroppedSheet, End, Mean, ProposedOutcome, ResolvedBy, ResultFile, Row, Topic,
    TopicRanking, bad_instant, instant,
};
use crate::numbers::rules::{self, Dropped, Entry, Fraction, Outcome, Rule, Sheet, TieBreak};

/// The ranking from the file's inputs alone; neither the carried ranking nor the carried totals are looked at.
pub fn recompute(file: &ResultFile) -> Result<Vec<TopicRanking>, String> {
    file.check()?;
    let rule = file.rules();
    let mut sheets: BTreeMap<i64, Vec<Sheet>> = BTreeMap::new();
    for sheet in &file.sheets {
        sheets.entry(sheet.bid_id).or_default().push(Sheet {
            id: sheet.id,
            reviewer: sheet.alias.clone(),
            submitted_at: instant(&sheet.submitted_at).ok_or_else(|| bad_instant(sheet))?,
            marks: sheet
                .marks
                .iter()
                .map(|mark| (mark.criterion_id, mark.mark_hundredths))
                .collect(),
        });
    }
    let orders: BTreeMap<i64, u32> = file
        .tie_breaks
        .iter()
        .map(|tie| (tie.bid_id, tie.order))
        .collect();
    let mut topics: Vec<&Topic> = file.topics.iter().collect();
    topics.sort_by_key(|topic| topic.id);

    let mut ranking = Vec::with_capacity(topics.len());
    for topic in topics {
        let (mut entries, mut unscored) = (Vec::new(), Vec::new());
        for bid in file.bids.iter().filter(|bid| bid.topic_id == topic.id) {
            match sheets.get(&bid.id) {
                None => unscored.push(bid.id),
                Some(sheets) => entries.push(Entry {
                    subject: bid.id,
                    score: rules::score_subject(&rule, sheets)
                        .ok_or_else(|| format!("申报书 {} 的评分表无法计算", bid.id))?,
                    tie_break: orders.get(&bid.id).copied(),
                }),
            }
        }
        unscored.sort_unstable();
        let recused = file
            .recusals
            .iter()
            .filter(|recusal| recusal.topic_id == topic.id)
            .count();
        let eligible_reviewers = count(file.reviewers.len().saturating_sub(recused));
        let eligible_for = |bid: i64| {
            file.assignments
                .iter()
                .find(|one| one.bid_id == bid)
                .map_or(eligible_reviewers, |one| count(one.reviewers.len()))
        };
        ranking.push(TopicRanking {
            topic_id: topic.id,
            eligible_reviewers,
            rows: rows(file, &rule, topic, &eligible_for, &entries, &sheets)?,
            unscored,
        });
    }
    Ok(ranking)
}

fn rows(
    file: &ResultFile,
    rule: &Rule,
    topic: &Topic,
    eligible: &dyn Fn(i64) -> u32,
    entries: &[Entry],
    sheets: &BTreeMap<i64, Vec<Sheet>>,
) -> Result<Vec<Row>, String> {
    let by_subject: BTreeMap<i64, &Entry> =
        entries.iter().map(|entry| (entry.subject, entry)).collect();
    let ranked = rules::rank(entries);
    let proposals = rules::winners(&ranked, topic.quota, rule.threshold);
    let mut rows = Vec::with_capacity(ranked.len());
    for (place, proposal) in ranked.iter().zip(&proposals) {
        let Some(Entry { score, .. }) = by_subject.get(&place.subject) else {
            continue;
        };
        let reviewers: BTreeMap<i64, &str> = sheets
            .get(&place.subject)
            .into_iter()
            .flatten()
            .map(|s| (s.id, s.reviewer.as_str()))
            .collect();
        let mut criteria = Vec::with_capacity(score.criteria.len());
        for (criterion_id, exact, shown) in &score.criteria {
            criteria.push(CriterionMean {
                criterion_id: *criterion_id,
                mean: mean(*exact, *shown)?,
            });
        }
        let dropped = |(sheet, end): &(i64, Dropped)| DroppedSheet {
            sheet_id: *sheet,
            alias: reviewers.get(sheet).copied().unwrap_or_default().to_owned(),
            end: match end {
                Dropped::Highest => End::Highest,
                Dropped::Lowest => End::Lowest,
            },
        };
        let (resolved_by, resolved_by_criterion) = match place.resolved_by {
            TieBreak::None => (ResolvedBy::None, None),
            TieBreak::Criterion(id) => (ResolvedBy::Criterion, Some(id)),
            TieBreak::Recorded => (ResolvedBy::Recorded, None),
            TieBreak::Shared => (ResolvedBy::Shared, None),
        };
        let (proposed, reserve) = match proposal.outcome {
            Outcome::Winner => (ProposedOutcome::Winner, None),
            Outcome::Reserve(number) => (ProposedOutcome::Reserve, Some(number)),
            Outcome::BelowThreshold => (ProposedOutcome::BelowThreshold, None),
            Outcome::Tied => (ProposedOutcome::Tied, None),
        };
        rows.push(Row {
            bid_id: place.subject,
            rank: place.rank,
            total: mean(score.total, score.shown)?,
            criteria,
            sheets: count(score.sheets),
            kept: count(score.kept.len()),
            dropped: score.dropped.iter().map(dropped).collect(),
            quorum_met: file
                .rule
                .quorum
                .met(count(score.sheets), eligible(place.subject)),
            resolved_by,
            resolved_by_criterion,
            proposed,
            reserve,
        });
    }
    Ok(rows)
}

/// From hundredths to marks.
fn mean(hundredths: Fraction, shown: i64) -> Result<Mean, String> {
    let marks = hundredths
        .denominator()
        .checked_mul(100)
        .and_then(|denominator| Fraction::from_ratio(hundredths.numerator(), denominator))
        .and_then(|m| {
            Some((
                i64::try_from(m.numerator()).ok()?,
                i64::try_from(m.denominator()).ok()?,
            ))
        });
    let (numerator, denominator) = marks.ok_or_else(|| format!("平均分 {hundredths} 超出范围"))?;
    Ok(Mean {
        numerator,
        denominator,
        shown: rules::marks_text(shown),
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
