//! Marks: saved as a draft, handed in, changed until the lock.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use crate::audit::{self, Chain, Event, Verb};
use crate::bids::{self, BidState};
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldErrors, Refusal, Result, sound};
use crate::ids::{BidId, EvaluationId, SheetId, UserId};
use crate::numbers::rules::{check_mark, comment_required};
use crate::panel::scene::{self, locked};
use crate::panel::{self, BidToMark};
use crate::rounds::{self, RoundState};
use crate::scoring::SheetState;
use crate::scoring::actions::{paper, reopen};
use crate::scoring::input::SheetInput;
use crate::scoring::store::{self, MarkGiven, ScoreSheet};
use crate::seats::{self, Criterion, Evaluation, EvaluationState};
use crate::text::quoted;
use crate::who::Actor;

/// Saves somebody's sheet on a subject of an acceptance: whose it is, and whether they may, is the caller's to say.
pub fn save_sheet(
    tx: &mut Tx,
    actor: &Actor,
    evaluation: EvaluationId,
    subject_id: i64,
    input: &SheetInput,
    reviewer: UserId,
) -> Result<ScoreSheet> {
    let evaluation = seats::find(tx, evaluation)?;
    if evaluation.state == EvaluationState::Locked {
        return Err(locked().into());
    }
    let earlier = store::sheet(tx, evaluation.id, subject_id, reviewer)?;
    let criteria = seats::criteria(tx, evaluation.id)?;
    let sheet = put(
        tx,
        &evaluation,
        &criteria,
        subject_id,
        reviewer,
        earlier,
        input,
    )?;
    if input.submit {
        record(tx, actor, &evaluation, &sheet, false)?;
    }
    Ok(sheet)
}

/// A bid in front of the reviewer who marks it.
pub struct Marking {
    pub bid: BidToMark,
    pub evaluation: Evaluation,
    pub reviewer: UserId,
}

/// Lets a reviewer at a bid: seated, undertaking signed, not recused, scoring started. Few queries: it is the busiest
/// door of the room.
pub fn marking(c: &mut Conn, actor: &Actor, bid: BidId) -> Result<Marking> {
    let person = actor.person()?;
    let (bid, evaluation) = panel::bid_to_mark(c, bid)?;
    let Some(seat) = seats::seat(c, evaluation.id, person.user_id)? else {
        return Err(not_seated(c, actor, &bid)?);
    };
    let (BidState::Opened, Some(topic)) = (bid.state, bid.topic_id) else {
        return Err(Error::NotFound);
    };
    if seat.undertaking_at.is_none() {
        return Err(Error::Forbidden(
            Refusal::new("undertaking_required", "查看和评分以前，请先签署评审承诺。")
                .remedy("请在评审首页签署。"),
        ));
    }
    if seats::is_recused(c, evaluation.id, person.user_id, topic)? {
        return Err(Error::Forbidden(
            Refusal::new("recused", "您已回避这一标的，不查看也不评分。")
                .remedy("请评其他标的的申报书。"),
        ));
    }
    if rounds::topic_failed(c, topic)? {
        return Err(Refusal::new("topic_failed", "这个标的流标，申报书不参加评分。").into());
    }
    if !seats::is_assigned(c, evaluation.id, bid.id, person.user_id)? {
        return Err(Error::Forbidden(
            Refusal::new("not_assigned", "这份申报没有分给您评。")
                .remedy("分给您的申报在评审首页。"),
        ));
    }
    if evaluation.state == EvaluationState::Preparing {
        return Err(Refusal::new("scoring_not_started", "还没有开始评分。")
            .remedy("党建部开始评分以后可以打分。")
            .into());
    }
    Ok(Marking {
        bid,
        evaluation,
        reviewer: person.user_id,
    })
}

/// Whoever may see the bid learns why not; nobody else learns of it.
fn not_seated(c: &mut Conn, actor: &Actor, bid: &BidToMark) -> Result<Error> {
    match bids::visible(c, actor, bid.id) {
        Ok(_) => Ok(scene::not_on_panel()),
        Err(error) => Ok(error),
    }
}

/// One's own sheet on a bid, if there is one yet.
pub fn own(
    c: &mut Conn,
    actor: &Actor,
    bid: BidId,
) -> Result<(Marking, Vec<Criterion>, Option<ScoreSheet>)> {
    let marking = marking(c, actor, bid)?;
    let criteria = seats::criteria(c, marking.evaluation.id)?;
    let sheet = store::sheet(c, marking.evaluation.id, bid.0, marking.reviewer)?;
    Ok((marking, criteria, sheet))
}

/// Saves or hands in one's own sheet on a bid. `version` is the one the edit was made on, 0 or none for a first one.
pub fn save(
    tx: &mut Tx,
    actor: &Actor,
    bid: BidId,
    version: Option<i64>,
    input: &SheetInput,
) -> Result<ScoreSheet> {
    if input.submit {
        // Handing in races with the lock; a draft counts for nothing and need not wait.
        let (line, _) = panel::bid_to_mark(tx, bid)?;
        rounds::turn(tx, line.round_id)?;
    }
    let (marking, criteria, earlier) = own(tx, actor, bid)?;
    may_mark(&marking, earlier.as_ref())?;
    match (&earlier, version) {
        (None, None | Some(0)) => {}
        (Some(_), None) => return Err(Error::PreconditionRequired),
        (Some(sheet), Some(version)) if sheet.version == version => {}
        (Some(_) | None, Some(_)) => return Err(Error::stale()),
    }
    put_own(tx, actor, &marking, &criteria, earlier, input)
}

/// Whether marks may be given or changed now.
pub fn may_mark(marking: &Marking, earlier: Option<&ScoreSheet>) -> Result<()> {
    if marking.evaluation.state == EvaluationState::Locked
        || marking.bid.round_state != RoundState::Scoring
    {
        return Err(locked().into());
    }
    let begun = earlier.map(|sheet| sheet.id);
    if marking.evaluation.marks_again(marking.bid.id, begun)? {
        return Ok(());
    }
    Err(reopen::not_reopened().into())
}

/// Writes one's own sheet; handed in, it takes the place of one entered from paper.
pub fn put_own(
    tx: &mut Tx,
    actor: &Actor,
    marking: &Marking,
    criteria: &[Criterion],
    earlier: Option<ScoreSheet>,
    input: &SheetInput,
) -> Result<ScoreSheet> {
    let replaces = match &earlier {
        Some(sheet) if input.submit => paper::give_way(tx, actor, sheet)?,
        Some(_) | None => false,
    };
    let (of, bid) = (&marking.evaluation, marking.bid.id.0);
    let sheet = put(tx, of, criteria, bid, marking.reviewer, earlier, input)?;
    if input.submit {
        record(tx, actor, of, &sheet, replaces)?;
    }
    Ok(sheet)
}

/// Checks and writes one sheet. `earlier` is the row as read in this transaction.
pub fn put(
    tx: &mut Tx,
    evaluation: &Evaluation,
    criteria: &[Criterion],
    subject_id: i64,
    reviewer: UserId,
    earlier: Option<ScoreSheet>,
    input: &SheetInput,
) -> Result<ScoreSheet> {
    let marks = check(criteria, evaluation.mark_step.0, input)?;
    let total = marks.iter().filter_map(|given| given.mark).sum();
    let now = tx.now();
    let state = if input.submit {
        SheetState::Submitted
    } else {
        SheetState::Draft
    };
    let notes = input.notes.clone().unwrap_or_default();
    let marks = serde_json::to_string(&marks)?;
    match earlier {
        None => {
            let sheet = ScoreSheet {
                id: SheetId::fresh(now),
                evaluation_id: evaluation.id,
                subject_id,
                reviewer_id: reviewer,
                state,
                marks,
                total,
                notes,
                submitted_at: input.submit.then_some(now),
                version: 1,
                created_at: now,
                updated_at: now,
                topic_id: store::topic_of(tx, BidId(subject_id))?,
                on_paper: false,
            };
            store::insert_sheet(tx, &sheet)?;
            Ok(sheet)
        }
        Some(mut sheet) => {
            if sheet.state == SheetState::Locked {
                return Err(locked().into());
            }
            if sheet.state == SheetState::Submitted && !input.submit {
                return Err(Refusal::new(
                    "sheet_submitted",
                    "这份评分表已提交，修改后须再次提交。",
                )
                .remedy("评分锁定前可以改后重新提交。")
                .into());
            }
            let was = sheet.state;
            sheet.state = state;
            sheet.marks = marks;
            sheet.total = total;
            sheet.notes = notes;
            sheet.submitted_at = input.submit.then_some(now);
            sheet.updated_at = now;
            store::update_sheet(tx, &sheet)?;
            sheet.version += 1;
            if was == SheetState::Draft && input.submit {
                store::end_versions(tx, sheet.id, now)?;
            }
            Ok(sheet)
        }
    }
}

/// The marks in the order of the criteria, or what is wrong with them by field.
pub fn check(criteria: &[Criterion], step: i64, input: &SheetInput) -> Result<Vec<MarkGiven>> {
    let mut errors = FieldErrors::new();
    let mut add = |name: String, text: String| errors.entry(name).or_default().push(text);
    let mut given: BTreeMap<_, MarkGiven> = BTreeMap::new();
    let known: HashSet<_> = criteria.iter().map(|criterion| criterion.id).collect();
    for (n, mark) in input.marks.iter().enumerate() {
        if !known.contains(&mark.criterion_id) {
            add(
                format!("marks[{n}][criterion_id]"),
                "没有这项评分标准。".to_owned(),
            );
        }
        let comment = mark
            .comment
            .as_deref()
            .unwrap_or_default()
            .trim()
            .to_owned();
        if let Some(criterion) = criteria.iter().find(|c| c.id == mark.criterion_id)
            && let Some(value) = mark.mark
        {
            let full = criterion.full_marks.0;
            if let Err(error) = check_mark(value.0, full, step) {
                add(format!("marks[{n}][mark]"), format!("{error}。"));
            } else if input.submit && comment.is_empty() && comment_required(value.0, full) {
                add(
                    format!("marks[{n}][comment]"),
                    format!(
                        "{}低于满分的 60% 或高于 95%，请写理由。",
                        quoted(&criterion.name)
                    ),
                );
            }
        }
        let new = MarkGiven {
            criterion_id: mark.criterion_id,
            mark: mark.mark.map(|mark| mark.0),
            comment,
        };
        if given.insert(mark.criterion_id, new).is_some() {
            add(
                format!("marks[{n}][criterion_id]"),
                "同一项标准打了两次分。".to_owned(),
            );
        }
    }
    if input.submit {
        for criterion in criteria {
            if given.get(&criterion.id).is_none_or(|g| g.mark.is_none()) {
                let place = input
                    .marks
                    .iter()
                    .position(|mark| mark.criterion_id == criterion.id);
                let name =
                    place.map_or_else(|| "marks".to_owned(), |n| format!("marks[{n}][mark]"));
                add(name, format!("请给{}打分。", quoted(&criterion.name)));
            }
        }
    }
    sound(errors)?;
    Ok(criteria
        .iter()
        .filter_map(|criterion| given.remove(&criterion.id))
        .collect())
}

/// The event of a sheet handed in: never its marks, which nobody else sees before the lock. `replaces`: it takes the
/// place of one entered from paper.
pub(super) fn record(
    tx: &mut Tx,
    actor: &Actor,
    evaluation: &Evaluation,
    sheet: &ScoreSheet,
    replaces: bool,
) -> Result<()> {
    let mut detail = json!({ "subject_id": sheet.subject_id });
    if replaces && let Some(fields) = detail.as_object_mut() {
        fields.insert("replaces_paper".to_owned(), json!(true));
    }
    let mut event = Event::new(
        Verb::SheetSubmitted,
        Chain::Committee(evaluation.committee_id),
        "score_sheet",
        sheet.id.0,
    )
    .organization(evaluation.committee_id)
    .version(sheet.version)
    .detail(detail);
    if let Some(round) = evaluation.round_id {
        event = event.round(round);
    }
    audit::record(tx, actor, event)
}
