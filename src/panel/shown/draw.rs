//! Draws by lot, as shown.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::{Matter, Of};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{DrawId, RoundId, UserId};
use crate::numbers::lot;
use crate::panel::DrawPurpose;
use crate::panel::actions::pool::{PooledReviewer, pool};
use crate::panel::input::ExcludedInput;
use crate::panel::scene::Scene;
use crate::panel::store::{self, Draw};
use crate::people::Sought;
use crate::seats::{Reviewer, Veil, name_of, people_by_id};
use crate::web::{Listing, PageQuery};
use crate::who::Actor;

/// The lots drawn for something, the latest draw first; an earlier one is superseded and kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrawsShown {
    pub round_id: RoundId,
    pub draws: Vec<DrawShown>,
}

/// One draw. `seed = SHA-256("biaogan-draw-1\n" secret "\n" audit_head "\n" round_id "\n" pool ids joined by "," "\n"
/// nonce)`, each id's `key = SHA-256(seed "\n" id)`, all in lower-case hexadecimal; the order is that of the keys.
#[derive(Debug, Clone, Serialize, ToSchema)]
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

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named {
    pub id: UserId,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
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

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Excluded {
    pub user_id: UserId,
    pub name: String,
    pub reason: String,
}

pub type Draws = Of<DrawsShown>;

impl Matter for DrawsShown {
    const PAGE: &'static str = "panel/draw";

    fn load(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Self> {
        let draws = store::draws(c, scene.evaluation.id, DrawPurpose::Panel)?;
        Ok(Self {
            round_id: scene.round.id,
            draws: shown(c, actor, scene, &draws)?,
        })
    }
}

fn excluded(draw: &Draw) -> Result<Vec<ExcludedInput>> {
    Ok(serde_json::from_str(&draw.excluded)?)
}

/// With the names of everybody in them.
pub fn shown(c: &mut Conn, actor: &Actor, scene: &Scene, draws: &[Draw]) -> Result<Vec<DrawShown>> {
    let veil = Veil::of(c, actor, scene.round.id)?;
    let mut named: HashSet<UserId> = HashSet::new();
    for draw in draws {
        if draw.purpose == DrawPurpose::Panel {
            named.extend(draw.pool()?.into_iter().map(UserId));
        }
        named.extend(excluded(draw)?.into_iter().map(|one| one.user_id));
        named.extend(draw.drawn_by.into_iter().chain(draw.chair_id));
        named.insert(draw.prepared_by);
    }
    let people = people_by_id(c, named.into_iter().collect())?;
    let mut superseded = false;
    let mut all = Vec::with_capacity(draws.len());
    for draw in draws {
        all.push(DrawShown::of(draw, &people, superseded, &veil)?);
        superseded |= draw.drawn_at.is_some();
    }
    Ok(all)
}

impl DrawShown {
    fn of(
        draw: &Draw,
        people: &HashMap<UserId, Reviewer>,
        superseded: bool,
        veil: &Veil,
    ) -> Result<Self> {
        let name = |user: UserId| name_of(people, user);
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
            reason: Some(veil.text(&draw.reason)).filter(|reason| !reason.is_empty()),
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
                    reason: veil.text(&one.reason),
                })
                .collect(),
        })
    }
}

/// The pool of reviewers of the round's committee, a page of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PoolShown {
    pub round_id: RoundId,
    pub reviewers: Vec<PooledReviewer>,
    /// For the next page; null on the last.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PoolQuery {
    /// Words of the name or of the organization.
    #[validate(length(max = 40))]
    #[param(max_length = 40)]
    #[serde(default)]
    pub find: String,
    /// Rows wanted, 1 to 200; 50 unless told.
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PoolShown {
    /// The committee's own matter.
    pub fn load(c: &mut Conn, actor: &Actor, scene: &Scene, query: PoolQuery) -> Result<Self> {
        actor.person()?;
        if !scene.oversees(actor) {
            return Err(Error::Forbidden(
                Refusal::new("pool_private", "评审委员库供党委查看。")
                    .remedy("抽签以后可以查看抽签记录。"),
            ));
        }
        let PoolQuery {
            find,
            limit,
            cursor,
        } = query;
        let page = PageQuery { limit, cursor };
        let sought = Sought::Some {
            find: &find,
            after: page.after()?.map(UserId),
            most: page.limit() + 1,
        };
        let found = pool(c, scene, sought)?;
        let Listing { items, next_cursor } = Listing::new(found, page.limit(), |one| one.user_id.0);
        Ok(Self {
            round_id: scene.round.id,
            reviewers: items,
            next_cursor,
        })
    }
}
