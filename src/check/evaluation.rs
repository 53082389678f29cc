//! Evaluations: criteria, sheets, results, winners, objections.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Check;
use crate::audit::sha256_hex;
use crate::award::ObjectionState;
use crate::db::Conn;
use crate::db::schema::{
    attachments, contracts, criteria, evaluations, objections, panel_members, paper_sheets,
    recusals, result_rows, results, score_sheets, topic_shares, topic_splits, topics,
};
use crate::error::Result;
use crate::ids::{ContractId, EvaluationId, RoundId, SheetId, TopicId};
use crate::numbers::excerpt;
use crate::numbers::result_file::{self, ResultFile};
use crate::result::Outcome;
use crate::scoring::{MarkGiven, SheetState};
use crate::seats::{EvaluationState, Seat, SubjectKind};
use crate::shares::SharesState;

pub const CHECKS: &[Check] = &[
    full_marks,
    sheets,
    recused_sheets,
    papers,
    panels,
    stored_results,
    quotas,
    open_objections,
];

/// The criteria add up to 100.00.
fn full_marks(c: &mut Conn) -> Result<Vec<String>> {
    let mut sums: HashMap<EvaluationId, i64> = HashMap::new();
    for (evaluation, full) in criteria::table
        .select((criteria::evaluation_id, criteria::full_marks))
        .load::<(EvaluationId, i64)>(c)?
    {
        *sums.entry(evaluation).or_default() += full;
    }
    let all: Vec<EvaluationId> = evaluations::table.select(evaluations::id).load(c)?;
    Ok(all
        .into_iter()
        .filter_map(|evaluation| {
            let sum = sums.get(&evaluation).copied().unwrap_or(0);
            (sum != 10_000).then(|| {
                format!("the criteria of evaluation {evaluation} add up to {sum} hundredths")
            })
        })
        .collect())
}

/// A submitted sheet's total is the sum of its marks, and each mark is there.
fn sheets(c: &mut Conn) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut after = SheetId(0);
    loop {
        let page: Vec<(SheetId, String, i64)> = score_sheets::table
            .filter(score_sheets::id.gt(after))
            .filter(score_sheets::state.ne(SheetState::Draft))
            .order(score_sheets::id)
            .limit(1000)
            .select((score_sheets::id, score_sheets::marks, score_sheets::total))
            .load(c)?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = last.0;
        for (sheet, marks, total) in page {
            let Ok(marks) = serde_json::from_str::<Vec<MarkGiven>>(&marks) else {
                found.push(format!("the marks of sheet {sheet} cannot be read"));
                continue;
            };
            let sum: Option<i64> = marks.iter().map(|given| given.mark).sum();
            if sum != Some(total) {
                found.push(format!(
                    "sheet {sheet} has the total {total}, its marks say otherwise"
                ));
            }
        }
    }
}

/// Nobody marks in a topic they are recused from; a sheet from before a declared recusal stays, and counts no more.
fn recused_sheets(c: &mut Conn) -> Result<Vec<String>> {
    use crate::db::schema::bids;
    let rows: Vec<SheetId> = score_sheets::table
        .inner_join(bids::table.on(bids::id.eq(score_sheets::subject_id)))
        .inner_join(
            recusals::table.on(recusals::evaluation_id
                .eq(score_sheets::evaluation_id)
                .and(recusals::user_id.eq(score_sheets::reviewer_id))
                .and(bids::topic_id.eq(recusals::topic_id.nullable()))),
        )
        .filter(recusals::lifted_at.is_null())
        .filter(recusals::at.lt(score_sheets::created_at))
        .select(score_sheets::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|sheet| format!("sheet {sheet} is by somebody recused from its topic"))
        .collect())
}

/// What was entered from paper counts, was entered by somebody else, and has its scan.
fn papers(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<SheetId> = paper_sheets::table
        .inner_join(score_sheets::table)
        .inner_join(attachments::table.on(attachments::id.eq(paper_sheets::attachment_id)))
        .filter(
            paper_sheets::version_id
                .is_null()
                .and(score_sheets::state.eq(SheetState::Draft))
                .or(paper_sheets::entered_by.eq(score_sheets::reviewer_id))
                .or(attachments::removed_at.is_not_null()),
        )
        .select(paper_sheets::sheet_id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|sheet| format!("what was entered from paper for sheet {sheet} does not stand"))
        .collect())
}

/// A panel that marks bids is odd, at least five, with one chair.
fn panels(c: &mut Conn) -> Result<Vec<String>> {
    let marking: Vec<EvaluationId> = evaluations::table
        .filter(evaluations::subject_kind.eq(SubjectKind::Bid))
        .filter(evaluations::state.ne(EvaluationState::Preparing))
        .select(evaluations::id)
        .load(c)?;
    let mut seats: HashMap<EvaluationId, (usize, usize)> = HashMap::new();
    for (evaluation, seat) in panel_members::table
        .filter(panel_members::removed_at.is_null())
        .select((panel_members::evaluation_id, panel_members::seat))
        .load::<(EvaluationId, Seat)>(c)?
    {
        let (members, chairs) = seats.entry(evaluation).or_default();
        *members += 1;
        *chairs += usize::from(seat == Seat::Chair);
    }
    Ok(marking
        .into_iter()
        .filter_map(|evaluation| {
            let (members, chairs) = seats.get(&evaluation).copied().unwrap_or_default();
            let good = members >= 5 && members % 2 == 1 && chairs == 1;
            (!good).then(|| {
                format!(
                    "the panel of evaluation {evaluation} has {members} members, {chairs} chair(s)"
                )
            })
        })
        .collect())
}

/// A stored result is what its digest was given for, and its inputs yield its ranking.
fn stored_results(c: &mut Conn) -> Result<Vec<String>> {
    let ids: Vec<EvaluationId> = results::table.select(results::evaluation_id).load(c)?;
    let mut found = Vec::new();
    for evaluation in ids {
        let (body, digest): (String, String) = results::table
            .filter(results::evaluation_id.eq(evaluation))
            .select((results::body, results::digest))
            .first(c)?;
        if sha256_hex(body.as_bytes()) != digest {
            found.push(format!(
                "the result of evaluation {evaluation} is not what its digest was given for"
            ));
        }
        match ResultFile::from_json(&body) {
            Ok(file) => found.extend(
                result_file::differences(&file)
                    .into_iter()
                    .chain(pieces(c, evaluation, &file)?)
                    .map(|line| format!("the result of evaluation {evaluation}: {line}")),
            ),
            Err(reason) => found.push(format!("the result of evaluation {evaluation}: {reason}")),
        }
    }
    Ok(found)
}

/// The pieces that readers are given say what the file says.
fn pieces(c: &mut Conn, evaluation: EvaluationId, file: &ResultFile) -> Result<Vec<String>> {
    let head: Option<String> = results::table
        .filter(results::evaluation_id.eq(evaluation))
        .select(results::head)
        .first(c)?;
    let Some(head) = head else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    if serde_json::from_str::<excerpt::Head>(&head)? != excerpt::Head::of(file) {
        found.push("its head is not the file's".to_owned());
    }
    let (lines, sheets) = (excerpt::lines(file), excerpt::sheets(file));
    let rows: Vec<(i64, Option<String>, Option<String>)> = result_rows::table
        .filter(result_rows::evaluation_id.eq(evaluation))
        .select((
            result_rows::subject_id,
            result_rows::line,
            result_rows::counted_sheets,
        ))
        .load(c)?;
    for (subject, line, counted) in rows {
        let said = match lines.get(&subject) {
            Some(line) => (
                Some(serde_json::to_string(line)?),
                Some(serde_json::to_string(
                    sheets.get(&subject).map_or(&[][..], Vec::as_slice),
                )?),
            ),
            None => (None, None),
        };
        if said != (line, counted) {
            found.push(format!("the line of subject {subject} is not the file's"));
        }
    }
    Ok(found)
}

/// No topic has more winners than its quota, but for one shared among all of them.
fn quotas(c: &mut Conn) -> Result<Vec<String>> {
    let winners: Vec<(TopicId, i64)> = result_rows::table
        .filter(result_rows::outcome.eq(Outcome::Winner))
        .group_by(result_rows::topic_id)
        .select((result_rows::topic_id, diesel::dsl::count(result_rows::id)))
        .load(c)?;
    let quotas: HashMap<TopicId, i64> = topics::table
        .select((topics::id, topics::quota))
        .load::<(TopicId, i64)>(c)?
        .into_iter()
        .collect();
    let shared: HashMap<TopicId, i64> = topic_shares::table
        .inner_join(topic_splits::table.on(topic_splits::topic_id.eq(topic_shares::topic_id)))
        .filter(topic_splits::state.eq(SharesState::Adopted))
        .group_by(topic_shares::topic_id)
        .select((topic_shares::topic_id, diesel::dsl::count_star()))
        .load::<(TopicId, i64)>(c)?
        .into_iter()
        .collect();
    Ok(winners
        .into_iter()
        .filter_map(|(topic, winners)| {
            let quota = quotas.get(&topic).copied().unwrap_or(0);
            (winners > quota && shared.get(&topic) != Some(&winners))
                .then(|| format!("topic {topic} has {winners} winners, its quota is {quota}"))
        })
        .collect())
}

/// No contract while an objection of its round is open.
fn open_objections(c: &mut Conn) -> Result<Vec<String>> {
    let open: Vec<RoundId> = objections::table
        .filter(objections::state.eq_any(ObjectionState::OPEN))
        .select(objections::round_id)
        .distinct()
        .load(c)?;
    let rows: Vec<(ContractId, RoundId)> = contracts::table
        .filter(contracts::round_id.eq_any(open))
        .select((contracts::id, contracts::round_id))
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|(contract, round)| {
            format!("contract {contract} was drafted while an objection of round {round} is open")
        })
        .collect())
}
