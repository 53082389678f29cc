//! Draws, substitutes and the order of presentation, as shown.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{BidId, DrawId, RoundId, TopicId, UserId};
use crate::numbers::lot;
use crate::panel::actions::draw::{Candidate, excluded};
use crate::panel::actions::present::Order;
use crate::panel::actions::replace::Record;
use crate::panel::store::Draw;
use crate::seats::{InvitationState, Reviewer};

/// The lots drawn for something, the latest draw first; an earlier one is superseded and kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct DrawsShown {
    pub round_id: RoundId,
    pub draws: Vec<DrawShown>,
}

/// One draw. `seed = SHA-256("biaogan-draw-1\n" secret "\n" audit_head "\n" round_id "\n" pool ids joined by "," "\n"
/// nonce)`, each id's `key = SHA-256(seed "\n" id)`, all in lower-case hexadecimal; the order is that of the keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct DrawShown {
    pub id: DrawId,
    pub number: i64,
    /// Whether a later one took its place.
    pub superseded: bool,
    /// Why it was drawn again.
    pub reason: Option<String>,
    pub seats: i64,
    pub alternates: i64,
    pub chair: Option<Named>,
    /// Ids the lots were drawn from, ascending.
    pub pool: Vec<i64>,
    /// SHA-256 of the secret, shown before the draw.
    pub commitment: String,
    pub prepared_by: String,
    pub prepared_at: Instant,
    /// Shown once the draw is completed.
    pub secret: Option<String>,
    pub audit_head: Option<String>,
    /// The supervisor's word.
    pub nonce: Option<String>,
    pub seed: Option<String>,
    pub drawn_by: Option<String>,
    pub drawn_at: Option<Instant>,
    /// Everybody in the pool in the order of the lots.
    pub order: Vec<Lot>,
    /// Who was kept out of the pool, and why.
    pub excluded: Vec<Excluded>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    pub id: UserId,
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Lot {
    pub place: usize,
    pub id: i64,
    /// Of a reviewer; bids are named by their topic's order.
    pub name: Option<String>,
    pub organization: Option<String>,
    pub key: String,
    /// `member`, `substitute` or none.
    pub drawn_as: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Excluded {
    pub user_id: UserId,
    pub name: String,
    pub reason: String,
}

impl DrawsShown {
    pub fn of(round: RoundId, draws: &[Draw], people: &HashMap<UserId, Reviewer>) -> Result<Self> {
        let mut shown = Vec::with_capacity(draws.len());
        let mut superseded = false;
        for draw in draws {
            shown.push(DrawShown::of(draw, people, superseded)?);
            superseded |= draw.drawn_at.is_some();
        }
        Ok(Self {
            round_id: round,
            draws: shown,
        })
    }
}

impl DrawShown {
    fn of(draw: &Draw, people: &HashMap<UserId, Reviewer>, superseded: bool) -> Result<Self> {
        let name = |user: UserId| {
            people
                .get(&user)
                .map(|person| person.name.clone())
                .unwrap_or_default()
        };
        let seats = usize::try_from(draw.seats).unwrap_or(0);
        let alternates = usize::try_from(draw.alternates).unwrap_or(0);
        let seed = draw.seed.clone().unwrap_or_default();
        let order = draw
            .outcome()?
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(|(at, id)| {
                let person = people.get(&UserId(id)).filter(|_| seats > 0);
                Lot {
                    place: at + 1,
                    id,
                    name: person.map(|person| person.name.clone()),
                    organization: person.map(|person| person.organization.clone()),
                    key: lot::key(&seed, id),
                    drawn_as: match at {
                        _ if seats == 0 => None,
                        _ if at < seats => Some("member"),
                        _ if at < seats + alternates => Some("substitute"),
                        _ => None,
                    },
                }
            })
            .collect();
        Ok(Self {
            id: draw.id,
            number: draw.number,
            superseded,
            reason: Some(draw.reason.clone()).filter(|reason| !reason.is_empty()),
            seats: draw.seats,
            alternates: draw.alternates,
            chair: draw.chair_id.map(|id| Named { id, name: name(id) }),
            pool: draw.pool()?,
            commitment: draw.commitment.clone(),
            prepared_by: name(draw.prepared_by),
            prepared_at: draw.prepared_at,
            secret: draw.drawn_at.map(|_| draw.secret.clone()),
            audit_head: draw.audit_head.clone(),
            nonce: draw.nonce.clone(),
            seed: draw.seed.clone(),
            drawn_by: draw.drawn_by.map(name),
            drawn_at: draw.drawn_at,
            order,
            excluded: excluded(draw)?
                .into_iter()
                .map(|one| Excluded {
                    user_id: one.user_id,
                    name: name(one.user_id),
                    reason: one.reason,
                })
                .collect(),
        })
    }
}

/// The pool of reviewers of the round's committee.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolShown {
    pub round_id: RoundId,
    pub reviewers: Vec<PooledReviewer>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PooledReviewer {
    pub user_id: UserId,
    pub name: String,
    pub organization: String,
    pub post: String,
    /// Why the lot passes by, if it does.
    pub barred: Option<&'static str>,
}

impl PoolShown {
    pub fn of(round: RoundId, pool: &[Candidate]) -> Self {
        Self {
            round_id: round,
            reviewers: pool
                .iter()
                .map(|one| PooledReviewer {
                    user_id: one.person.user_id,
                    name: one.person.name.clone(),
                    organization: one.person.organization.clone(),
                    post: one.person.post.clone(),
                    barred: one.barred,
                })
                .collect(),
        }
    }
}

/// What stands beside the seats.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PanelRecord {
    /// In the order in which they take a seat.
    pub substitutes: Vec<SubstituteShown>,
    pub replacements: Vec<ReplacementShown>,
    /// Of the members now.
    pub invitations: Vec<InvitationShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SubstituteShown {
    pub user_id: UserId,
    pub name: String,
    pub organization: String,
    pub position: i64,
    pub by_lot: bool,
}

/// Somebody left, somebody else took the seat.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplacementShown {
    pub left: String,
    pub came: String,
    /// Shown to the committee alone.
    pub left_alias: Option<String>,
    pub came_alias: Option<String>,
    pub reason: String,
    /// Sheets of the one who left: kept, not counted.
    pub sheets_set_aside: i64,
    pub during_scoring: bool,
    pub by: String,
    pub at: Instant,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationShown {
    pub user_id: UserId,
    pub state: InvitationState,
    pub sent_at: Instant,
    pub answered_at: Option<Instant>,
    /// Of declining; for the committee alone.
    pub reason: Option<String>,
}

impl PanelRecord {
    pub fn of(record: &Record, oversees: bool) -> Self {
        let person = |user: UserId| record.people.get(&user);
        let name = |user: UserId| person(user).map(|p| p.name.clone()).unwrap_or_default();
        let member = |id| record.members.iter().find(|member| member.id == id);
        Self {
            substitutes: record
                .substitutes
                .iter()
                .map(|one| SubstituteShown {
                    user_id: one.user_id,
                    name: name(one.user_id),
                    organization: person(one.user_id)
                        .map(|p| p.organization.clone())
                        .unwrap_or_default(),
                    position: one.position,
                    by_lot: one.draw_id.is_some(),
                })
                .collect(),
            replacements: record
                .replacements
                .iter()
                .map(|one| {
                    let (left, came) = (member(one.out_member_id), member(one.in_member_id));
                    ReplacementShown {
                        left: left.map(|m| name(m.user_id)).unwrap_or_default(),
                        came: came.map(|m| name(m.user_id)).unwrap_or_default(),
                        left_alias: left.filter(|_| oversees).map(|m| m.alias.clone()),
                        came_alias: came.filter(|_| oversees).map(|m| m.alias.clone()),
                        reason: one.reason.clone(),
                        sheets_set_aside: one.sheets_set_aside,
                        during_scoring: one.scoring,
                        by: name(one.by_user_id),
                        at: one.at,
                    }
                })
                .collect(),
            invitations: record
                .members
                .iter()
                .filter(|member| member.removed_at.is_none())
                .filter_map(|member| {
                    let one = record
                        .invitations
                        .iter()
                        .find(|one| one.member_id == member.id)?;
                    Some(InvitationShown {
                        user_id: member.user_id,
                        state: one.state,
                        sent_at: one.sent_at,
                        answered_at: one.answered_at,
                        reason: Some(one.reason.clone())
                            .filter(|reason| oversees && !reason.is_empty()),
                    })
                })
                .collect(),
        }
    }
}

/// The order of presentation (述标), topic by topic.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresentationShown {
    pub round_id: RoundId,
    pub topics: Vec<PresentationTopic>,
    /// The draws it came from, the latest first.
    pub draws: Vec<DrawShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PresentationTopic {
    pub topic_id: TopicId,
    pub title: String,
    pub order: Vec<Presenting>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Presenting {
    pub place: usize,
    pub bid_id: BidId,
    pub title: String,
    pub organization: String,
}

impl PresentationShown {
    pub fn of(order: &Order) -> Result<Self> {
        let round = order.scene.round.id;
        Ok(Self {
            round_id: round,
            topics: order
                .topics
                .iter()
                .map(|(topic_id, title, bids)| PresentationTopic {
                    topic_id: *topic_id,
                    title: title.clone(),
                    order: (1..)
                        .zip(bids)
                        .map(|(place, bid)| Presenting {
                            place,
                            bid_id: bid.id,
                            title: bid.title.clone().unwrap_or_default(),
                            organization: bid.organization.clone(),
                        })
                        .collect(),
                })
                .collect(),
            draws: DrawsShown::of(round, &order.draws, &order.people)?.draws,
        })
    }
}
