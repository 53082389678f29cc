//! The openers as shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::bids;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::UserId;
use crate::rounds::actions::openers;
use crate::rounds::{Round, actions};
use crate::sealing::{self, OpenerSeat};
use crate::who::{Actor, Role};

/// Somebody who holds a share of the round's key.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenerLine {
    pub user_id: UserId,
    #[schema(example = "韩玉梅")]
    pub name: String,
    pub seat: OpenerSeat,
    #[serde(skip)]
    pub seat_label: &'static str,
    /// Their password was set by somebody else since: the share opens no more, the others share again.
    pub lost: bool,
}

/// Somebody who could hold a share.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateLine {
    pub user_id: UserId,
    pub name: String,
    pub seat: OpenerSeat,
    #[serde(skip)]
    pub seat_label: &'static str,
    /// Has a key of their own.
    pub ready: bool,
    /// Holds a share now.
    #[serde(skip)]
    pub chosen: bool,
}

/// Who opens a round's bids.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenersShown {
    /// So many of them open, a supervisor always among them; absent before publication.
    pub threshold: Option<i64>,
    pub openers: Vec<OpenerLine>,
    /// Who could be one: for the office.
    pub candidates: Vec<CandidateLine>,
    /// Submitted bids still sealed to a key that was replaced: for the office.
    pub not_sealed_again: usize,
}

impl OpenersShown {
    pub fn of(c: &mut Conn, actor: &Actor, round: &Round) -> Result<Self> {
        let path = actions::committee_path(c, round)?;
        let office = actor.holds(Role::Office, &path);
        let openers: Vec<OpenerLine> = sealing::openers(c, round.id)?
            .into_iter()
            .map(|opener| OpenerLine {
                user_id: opener.user_id,
                name: opener.name,
                seat: opener.seat,
                seat_label: opener.seat.label(),
                lost: opener.lost,
            })
            .collect();
        let candidates = if office {
            openers::candidates(c, round)?
        } else {
            Vec::new()
        };
        Ok(Self {
            threshold: sealing::threshold(c, round.id)?,
            candidates: candidates
                .into_iter()
                .map(|one| CandidateLine {
                    chosen: openers.iter().any(|opener| opener.user_id == one.user_id),
                    user_id: one.user_id,
                    name: one.name,
                    seat: one.seat,
                    seat_label: one.seat.label(),
                    ready: one.ready,
                })
                .collect(),
            not_sealed_again: if office {
                bids::not_sealed_again(c, round.id)?
            } else {
                0
            },
            openers,
        })
    }
}
