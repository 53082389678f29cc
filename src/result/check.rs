//! Results are recomputed, quotas kept.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Outcome;
use crate::audit::sha256_hex;
use crate::db::Conn;
use crate::db::schema::{result_rows, results, topic_shares, topic_splits, topics};
use crate::error::Result;
use crate::ids::{EvaluationId, TopicId};
use crate::numbers::excerpt;
use crate::numbers::result_file::{self, ResultFile};
use crate::shares::SharesState;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("evaluation", &[stored_results, quotas])];

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
                    .chain(below_quorum(&file))
                    .map(|line| format!("the result of evaluation {evaluation}: {line}")),
            ),
            Err(reason) => found.push(format!("the result of evaluation {evaluation}: {reason}")),
        }
    }
    Ok(found)
}

/// Nothing is ranked below the quorum of the appointed seats; results of before counted otherwise.
fn below_quorum(file: &ResultFile) -> Vec<String> {
    let counted = file.rule.quorum.appointed.is_some();
    let topics = file.ranking.iter().filter(|_| counted);
    topics
        .flat_map(|topic| &topic.rows)
        .filter(|row| !row.quorum_met)
        .map(|row| format!("bid {} was ranked below the quorum", row.bid_id))
        .collect()
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
