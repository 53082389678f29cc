//! The trail as somebody may read it.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::audit::{self, EventFilter, EventRow, Verb, subject_kind};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::RoundId;
use crate::rounds;
use crate::seats;
use crate::web::{Cursor, Listing, paging};
use crate::who::{Actor, Role, policy};

/// What events are about that say nothing of who bids: shown before a round's opening too. An event about anything
/// else shows only verb and round until then. (Who asks a question may be about to bid; its answer is read by all.)
const SHOWN_SEALED: &[&str] = &["round", "evaluation", "answer"];

#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// `kind` or `kind:id`, such as `round:123`; a kind's Chinese label will do.
    pub subject: Option<String>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl AuditQuery {
    pub fn run(&self, c: &mut Conn, actor: &Actor) -> Result<Listing<EventRow>> {
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let filter = EventFilter {
            below: None,
            subject: self.subject.as_deref().map(subject).transpose()?,
            before: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: limit + 1,
        };
        let rows = visible_events(c, actor, filter)?;
        Ok(Listing::new(rows, limit, |row| row.id.0))
    }
}

fn subject(text: &str) -> Result<(String, Option<i64>)> {
    let (kind, id) = match text.split_once([':', '：']) {
        None => (text, None),
        Some((kind, id)) => {
            let id = id
                .trim()
                .parse()
                .map_err(|_| Error::field("subject", "格式为“类别：编号”，如 批次：123。"))?;
            (kind, Some(id))
        }
    };
    Ok((subject_kind(kind.trim()).to_owned(), id))
}

/// A page of the trail as this actor may see it: an audit administrator at the top sees every chain, all others those of
/// the committees in reach. Before a round's opening its events are masked, but for [`SHOWN_SEALED`], and all of them for
/// whoever reads a blind round without names; what is decided, for an audit administrator, until it is before the public.
fn visible_events(c: &mut Conn, actor: &Actor, mut filter: EventFilter) -> Result<Vec<EventRow>> {
    policy::may_read_audit(actor)?;
    if !actor.holds_topmost(Role::AuditAdmin) {
        filter.below = Some(actor.paths_of(&[Role::AuditAdmin, Role::Supervisor]));
    }
    let mut rows = audit::list(c, &filter)?;
    let told: Vec<RoundId> = rows.iter().filter_map(|row| row.round_id).collect();
    let sealed = rounds::unopened(c, told.clone())?;
    let blind = match actor.has(Role::AuditAdmin) {
        true => Vec::new(),
        false => seats::blinded(c, actor, &told)?,
    };
    let deciding = rounds::unpublicized(c, decided_in(actor, &rows))?;
    for row in &mut rows {
        let Some(of) = row.round_id else { continue };
        if blind.iter().any(|(round, _)| *round == of) {
            cover(row, "(锁定前不显示)");
        } else if sealed.contains(&of) {
            cover_sealed(row);
        } else if deciding.contains(&of) && tells_a_decision(row) {
            cover(row, "(公示前不显示)");
        }
    }
    Ok(rows)
}

/// What tells how a round is decided.
const DECISIONS: &[Verb] = &[
    Verb::TieRecorded,
    Verb::SharesProposed,
    Verb::SharesWithdrawn,
    Verb::RoundDecided,
];

fn tells_a_decision(row: &EventRow) -> bool {
    DECISIONS.iter().any(|verb| verb.as_str() == row.verb)
}

/// Rounds of which something is told here that an audit administrator, who reads no business, learns with everybody.
fn decided_in(actor: &Actor, rows: &[EventRow]) -> Vec<RoundId> {
    let told = rows.iter().filter(|row| tells_a_decision(row));
    let rounds = told.filter_map(|row| row.round_id);
    rounds.filter(|_| actor.has(Role::AuditAdmin)).collect()
}

/// What is not yet opened, unless the kind is known to tell nothing of a bidder.
fn cover_sealed(row: &mut EventRow) {
    if !SHOWN_SEALED.contains(&row.subject_kind.as_str()) {
        cover(row, "(开标前不显示)");
    }
}

/// Takes everything but verb and round out of an event.
fn cover(row: &mut EventRow, name: &str) {
    row.actor_id = None;
    row.actor_name = name.to_owned();
    row.organization_id = None;
    row.subject_id = 0;
    row.subject_version = 0;
    row.detail = "null".to_owned();
    row.salt = None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AuditEventId, ChainId, OrganizationId, RoundId, UserId};

    fn about(kind: &str) -> EventRow {
        EventRow {
            id: AuditEventId(1),
            chain_id: ChainId(1),
            seq: 1,
            at: crate::clock::real_now(),
            actor_id: Some(UserId(7)),
            actor_name: "李明".to_owned(),
            organization_id: Some(OrganizationId(5)),
            verb: "bid.create".to_owned(),
            subject_kind: kind.to_owned(),
            subject_id: 9,
            subject_version: 3,
            round_id: Some(RoundId(2)),
            detail: "{\"title\":\"夜校\"}".to_owned(),
            previous_digest: String::new(),
            digest: String::new(),
            salt: Some("ab12".to_owned()),
            left_digest: None,
            seal: None,
            nodes: None,
        }
    }

    #[test]
    fn before_the_opening_only_known_kinds_are_shown() {
        for kind in ["round", "evaluation", "answer"] {
            let mut row = about(kind);
            cover_sealed(&mut row);
            assert_eq!(row.actor_name, "李明", "{kind}");
            assert_eq!(row.subject_id, 9, "{kind}");
            assert!(row.detail.contains("夜校"), "{kind}");
        }
        for kind in [
            "bid",
            "attachment",
            "question",
            "joint",
            "a kind of tomorrow",
        ] {
            let mut row = about(kind);
            cover_sealed(&mut row);
            assert_eq!(row.actor_id, None, "{kind}");
            assert!(!row.actor_name.contains("李明"), "{kind}");
            assert_eq!(row.organization_id, None, "{kind}");
            assert_eq!((row.subject_id, row.subject_version), (0, 0), "{kind}");
            assert_eq!(row.detail, "null", "{kind}");
            assert_eq!(row.salt, None, "{kind}");
            assert_eq!(row.round_id, Some(RoundId(2)), "{kind}");
            assert_eq!(row.verb, "bid.create", "{kind}");
        }
    }
}
