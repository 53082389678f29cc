//! Queries of lots between bids that share a rank.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::{
    evaluations, organizations, panel_members, result_rows, rounds, tie_lot_parts, tie_lots,
};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{EvaluationId, RoundId, TieLotPartId, TieLotsId, TopicId, UserId};
use crate::people;
use crate::result::{LotParty, Proposal};
use crate::rounds::RoundState;
use crate::seats::Seat;
use crate::todo::MOST;

/// One draw of lots. Nothing of it changes once it is drawn or void.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = tie_lots)]
pub struct TieLots {
    pub id: TieLotsId,
    pub evaluation_id: EvaluationId,
    pub topic_id: TopicId,
    pub number: i64,
    /// The least id of `bids`: tells groups of equals apart.
    pub first_bid: i64,
    /// JSON of ids, ascending.
    pub bids: String,
    pub opened_at: Instant,
    pub seed: Option<String>,
    /// JSON of ids in the order of their lots.
    pub outcome: Option<String>,
    pub drawn_at: Option<Instant>,
    pub void_reason: Option<String>,
    /// None: by a new computation of the result.
    pub voided_by: Option<UserId>,
    pub voided_at: Option<Instant>,
}

impl TieLots {
    pub fn bids(&self) -> Result<Vec<i64>> {
        Ok(serde_json::from_str(&self.bids)?)
    }

    pub fn order(&self) -> Result<Vec<i64>> {
        match &self.outcome {
            Some(outcome) => Ok(serde_json::from_str(outcome)?),
            None => Ok(Vec::new()),
        }
    }

    pub fn is_pending(&self) -> bool {
        self.drawn_at.is_none() && self.voided_at.is_none()
    }
}

/// What one of the two put into a draw.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = tie_lot_parts)]
pub struct TieLotPart {
    pub id: TieLotPartId,
    pub lots_id: TieLotsId,
    pub part: LotParty,
    pub user_id: UserId,
    pub commitment: String,
    pub committed_at: Instant,
    /// Shown once the draw is over.
    pub salt: Option<String>,
    /// Kept from the revealing on, shown once the draw is over.
    pub word: Option<String>,
    pub revealed_at: Option<Instant>,
}

/// All draws of an evaluation, by number.
pub fn tie_lots(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<TieLots>> {
    Ok(tie_lots::table
        .filter(tie_lots::evaluation_id.eq(evaluation))
        .order(tie_lots::number)
        .select(TieLots::as_select())
        .load(c)?)
}

/// Whether lots were ever drawn, or are.
pub fn has_lots(c: &mut Conn, evaluation: EvaluationId) -> Result<bool> {
    let any = tie_lots::table.filter(tie_lots::evaluation_id.eq(evaluation));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(c)?)
}

pub fn tie_lots_of(c: &mut Conn, id: TieLotsId) -> Result<TieLots> {
    Ok(tie_lots::table
        .find(id)
        .select(TieLots::as_select())
        .first(c)?)
}

/// The parts of these draws.
pub fn lot_parts(
    c: &mut Conn,
    lots: Vec<TieLotsId>,
) -> Result<HashMap<TieLotsId, Vec<TieLotPart>>> {
    let rows: Vec<TieLotPart> = tie_lot_parts::table
        .filter(tie_lot_parts::lots_id.eq_any(lots))
        .order(tie_lot_parts::part)
        .select(TieLotPart::as_select())
        .load(c)?;
    let mut parts: HashMap<TieLotsId, Vec<TieLotPart>> = HashMap::new();
    for row in rows {
        parts.entry(row.lots_id).or_default().push(row);
    }
    Ok(parts)
}

pub fn insert_tie_lots(c: &mut Conn, row: &TieLots) -> Result<()> {
    diesel::insert_into(tie_lots::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn insert_lot_part(c: &mut Conn, row: &TieLotPart) -> Result<()> {
    diesel::insert_into(tie_lot_parts::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn reveal_lot_part(c: &mut Conn, row: &TieLotPart) -> Result<()> {
    let rows = diesel::update(
        tie_lot_parts::table
            .find(row.id)
            .filter(tie_lot_parts::revealed_at.is_null()),
    )
    .set((
        tie_lot_parts::salt.eq(&row.salt),
        tie_lot_parts::word.eq(&row.word),
        tie_lot_parts::revealed_at.eq(row.revealed_at),
    ))
    .execute(c)?;
    changed(rows)
}

/// Drawn or void: the end of a pending draw.
pub fn finish_tie_lots(c: &mut Conn, row: &TieLots) -> Result<()> {
    let rows = diesel::update(
        tie_lots::table
            .find(row.id)
            .filter(tie_lots::drawn_at.is_null())
            .filter(tie_lots::voided_at.is_null()),
    )
    .set((
        tie_lots::seed.eq(&row.seed),
        tie_lots::outcome.eq(&row.outcome),
        tie_lots::drawn_at.eq(row.drawn_at),
        tie_lots::void_reason.eq(&row.void_reason),
        tie_lots::voided_by.eq(row.voided_by),
        tie_lots::voided_at.eq(row.voided_at),
    ))
    .execute(c)?;
    changed(rows)
}

/// A scored round in which bids wait to be put in order, and how far one person is with it.
#[derive(Debug)]
pub struct TieWaiting {
    pub round_id: RoundId,
    pub title: String,
    /// Has committed in a draw under way.
    pub committed: bool,
    /// In one of them both have, and the own word is not revealed.
    pub to_reveal: bool,
}

/// Scored rounds whose quota ends within a shared rank, or in which lots are being drawn: those under these paths, those in
/// which this person chairs, and those in which they have committed; the first opened first.
pub fn ties_waiting(c: &mut Conn, user: UserId, paths: &[String]) -> Result<Vec<TieWaiting>> {
    let chaired = panel_members::table
        .filter(panel_members::evaluation_id.eq(evaluations::id))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::seat.eq(Seat::Chair))
        .filter(panel_members::removed_at.is_null());
    let begun = tie_lots::table
        .inner_join(tie_lot_parts::table)
        .filter(tie_lots::evaluation_id.eq(evaluations::id))
        .filter(tie_lot_parts::user_id.eq(user))
        .filter(tie_lots::drawn_at.is_null())
        .filter(tie_lots::voided_at.is_null());
    let theirs = people::below(paths).or(exists(chaired)).or(exists(begun));
    let tied = result_rows::table
        .filter(result_rows::evaluation_id.eq(evaluations::id))
        .filter(result_rows::proposal.eq(Proposal::Tied))
        .filter(result_rows::outcome.is_null());
    let pending = tie_lots::table
        .filter(tie_lots::evaluation_id.eq(evaluations::id))
        .filter(tie_lots::drawn_at.is_null())
        .filter(tie_lots::voided_at.is_null());
    let found: Vec<(EvaluationId, RoundId, String)> = evaluations::table
        .inner_join(rounds::table)
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(theirs)
        .filter(rounds::state.eq(RoundState::Scored))
        .filter(exists(tied).or(exists(pending)))
        .order((rounds::opening_at, rounds::id))
        .limit(MOST)
        .select((evaluations::id, rounds::id, rounds::title))
        .load(c)?;
    let all: Vec<EvaluationId> = found.iter().map(|(evaluation, ..)| *evaluation).collect();
    let parts: Vec<(EvaluationId, TieLotPart)> = tie_lot_parts::table
        .inner_join(tie_lots::table)
        .filter(tie_lots::evaluation_id.eq_any(all))
        .filter(tie_lots::drawn_at.is_null())
        .filter(tie_lots::voided_at.is_null())
        .select((tie_lots::evaluation_id, TieLotPart::as_select()))
        .load(c)?;
    Ok(found
        .into_iter()
        .map(|(evaluation, round_id, title)| {
            let mut own = parts
                .iter()
                .filter(|(of, part)| *of == evaluation && part.user_id == user);
            let both = |own: &TieLotPart| {
                let of_draw = parts.iter().filter(|(_, part)| part.lots_id == own.lots_id);
                own.revealed_at.is_none() && of_draw.count() == LotParty::ALL.len()
            };
            TieWaiting {
                round_id,
                title,
                committed: own.clone().next().is_some(),
                to_reveal: own.any(|(_, part)| both(part)),
            }
        })
        .collect())
}
