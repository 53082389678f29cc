//! The result as people read it: the ranking, each number opening to its sheets.

mod part;
mod pieces;
mod reader;
mod shown;
mod table;

pub use part::{Part, ResultQuery};
pub use shown::*;
pub use table::table;

use self::part::Whole;
use self::pieces::Pieces;
use self::reader::Reader;

use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, CriterionId, EvaluationId, RoundId, SupersededId};
use crate::marks::Mark;
use crate::numbers::result_file::{self, ResultFile, TopicChange};
use crate::panel;
use crate::panel::scene::{self, Scene};
use crate::result::actions::lock::file_of;
use crate::result::actions::minutes;
use crate::result::store::{self, StoredResult};
use crate::rounds::{self, RoundState};
use crate::scoring;
use crate::seats::EvaluationState;
use crate::who::Actor;

/// Whether the result may be read, and if so, whether with everybody's sheets: by the committee and the panel from
/// the lock on, by bidding organizations, without others' comments, once publicity has started.
pub fn may_read(c: &mut Conn, scene: &Scene, actor: &Actor) -> Result<bool> {
    if scene.evaluation.state != EvaluationState::Locked {
        return Err(Refusal::new("not_scored", "评分还没有锁定，没有结果。")
            .remedy("锁定评分以后可以查看。")
            .into());
    }
    if scene.oversees(actor) || scene.seat.is_some() {
        return Ok(true);
    }
    let public = matches!(
        scene.round.state,
        RoundState::Publicized | RoundState::Concluded
    );
    if panel::bids_in_round(c, scene.round.id, &actor.own_organizations())? {
        if public {
            return Ok(false);
        }
        return Err(Error::Forbidden(
            Refusal::new("result_not_public", "结果还没有公示。")
                .remedy("公示开始以后可以查看本组织的得分和评语。"),
        ));
    }
    Err(Error::Forbidden(
        Refusal::new(
            "result_not_yours",
            "评分明细只供评审委员会、党委和竞标组织查看。",
        )
        .remedy("公示开始以后，请在公示栏查看排名。"),
    ))
}

/// The stored file and who asks for it: visible to the committee and the panel from the lock on, to bidding
/// organizations once it is public.
pub fn stored(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<(Scene, StoredResult, bool)> {
    let scene = scene::scene(c, actor, round)?;
    let full = may_read(c, &scene, actor)?;
    let stored = store::result(c, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    Ok((scene, stored, full))
}

/// An earlier result of a round, whole: for the committee and the panel, and once it was public for the bidding
/// organizations, too.
pub fn superseded(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    id: SupersededId,
) -> Result<store::Superseded> {
    let scene = scene::scene(c, actor, round)?;
    let earlier = store::superseded(c, scene.evaluation.id, id)?;
    let insider = scene.oversees(actor) || scene.seat.is_some();
    if insider || (earlier.published && panel::bids_in_round(c, round, &actor.own_organizations())?)
    {
        return Ok(earlier);
    }
    Err(Error::NotFound)
}

/// So many bids are still read in one go with all their sheets; else each bid's are read by themselves.
const FEW: usize = 40;

/// The result as this person may read it.
pub fn read(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    part: &Part,
) -> Result<(Scene, RoundResult)> {
    let scene = scene::scene(c, actor, round)?;
    let full = may_read(c, &scene, actor)?;
    let evaluation = scene.evaluation.id;
    let own = actor.own_organizations();
    let topics = rounds::topics(c, round)?;
    let whole = Whole::load(c, evaluation)?;
    // Whoever bids finds their own, too, wherever it stands.
    let also = match full {
        true => Vec::new(),
        false => panel::opened_of(c, round, &own)?,
    };
    let (rows, more) = part.rows(c, evaluation, &topics, also)?;
    let shown: Vec<BidId> = rows.iter().map(|(row, _)| BidId(row.subject_id)).collect();
    let bids = panel::bids_found(c, round, &shown, None, i64::MAX)?;
    let mut open: Vec<i64> = bids
        .iter()
        .filter(|bid| full || own.contains(&bid.organization_id))
        .map(|bid| bid.id.0)
        .collect();
    match (part, full) {
        (
            Part::Topics {
                bid: Some(only), ..
            },
            _,
        ) => open.retain(|bid| *bid == only.0),
        (Part::Topics { .. }, true) if whole.bids() > FEW => open.clear(),
        (Part::Topics { .. }, false) if open.len() > FEW => open.clear(),
        (Part::Topics { .. } | Part::Bids(_), _) => {}
    }
    let pieces = Pieces::load(c, evaluation, rows, &open)?;
    // Comments are no part of `result.json`: they are read from the sheets.
    let sheets = scoring::sheets_on(c, evaluation, &open)?;
    let entered = sheets.iter().filter(|sheet| sheet.on_paper);
    let papers = scene
        .oversees(actor)
        .then(|| entered.map(|sheet| sheet.id).collect());
    let comments = sheets
        .iter()
        .map(|sheet| Ok((sheet.id.0, sheet.marks()?)))
        .collect::<Result<_>>()?;
    let decided = store::decision(c, round)?;
    let earlier = store::superseded_heads(c, evaluation)?;
    let standing = decided.iter().map(|decision| decision.id);
    let before = earlier.iter().filter_map(|one| one.decision_id);
    let mut minutes = minutes::files(c, standing.chain(before))?;
    let decision = decided.map(|decision| ResultDecision {
        minute_files: minutes.remove(&decision.id).unwrap_or_default(),
        minute_number: decision.minute_number,
        minute_date: decision.minute_date,
        note: decision.note,
        decided_at: decision.decided_at,
    });
    let changes = match earlier.is_empty() {
        true => Vec::new(),
        false => changes_of(c, evaluation)?,
    };
    let reader = Reader {
        full,
        own,
        pieces: &pieces,
        bids: bids.into_iter().map(|bid| (bid.id.0, bid)).collect(),
        comments,
        papers,
        whole,
        more,
    };
    let superseded = earlier
        .into_iter()
        .filter(|one| full || one.published)
        .map(|one| SupersededShown {
            minute_number: one.minute_number(),
            minute_files: one
                .decision_id
                .and_then(|id| minutes.remove(&id))
                .unwrap_or_default(),
            id: one.id,
            digest: one.digest,
            computed_at: one.computed_at,
            reason: one.reason,
            superseded_at: one.superseded_at,
        })
        .collect();
    let topics = topics
        .iter()
        .filter(|topic| part.shows(topic.id))
        .map(|topic| reader.topic(topic))
        .collect();
    let shown = RoundResult {
        round_id: round,
        evaluation_id: scene.evaluation.id,
        title: scene.round.title.clone(),
        state: scene.round.state,
        computed_at: pieces.computed_at,
        digest: pieces.digest.clone(),
        threshold: Mark(pieces.head.rule.threshold_hundredths),
        aggregation: pieces.head.rule.aggregation,
        rule_text: pieces.head.rule.sentence(),
        drop_highest: pieces.head.rule.trim.drop_highest,
        drop_lowest: pieces.head.rule.trim.drop_lowest,
        trim_from: pieces.head.rule.trim.from_sheets,
        criteria: pieces
            .head
            .criteria
            .iter()
            .map(|criterion| RankedCriterion {
                id: CriterionId(criterion.id),
                name: criterion.name.clone(),
                full_marks: Mark(criterion.full_marks_hundredths),
            })
            .collect(),
        topics,
        decision,
        superseded,
        changes,
        publicity_from: scene.round.publicity_from,
        publicity_until: scene.round.publicity_until,
    };
    Ok((scene, shown))
}

/// What the result that stands changes against the one before.
fn changes_of(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<TopicChange>> {
    let before = store::last_superseded(c, evaluation)?.ok_or(Error::NotFound)?;
    let stored = store::result(c, evaluation)?.ok_or(Error::NotFound)?;
    let before: ResultFile = serde_json::from_str(&before)?;
    Ok(result_file::changes(&before, &file_of(&stored)?))
}
