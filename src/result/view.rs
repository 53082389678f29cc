//! How the result is shown, and lots between bids that share a rank.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::holidays;
use crate::ids::{BidId, RoundId, TieLotsId, TopicId, UserId};
use crate::numbers::lot;
use crate::panel::scene::{self, Advanced};
use crate::panel::{self, BidLine};
use crate::result::LotParty;
use crate::result::actions::lots::{self, Drawing, LotsRead};
use crate::result::actions::ranking::{self, Part, RoundResult};
use crate::result::scene::{Judged, Lots, Ranked};
use crate::result::store::TieLotPart;
use crate::rounds::RoundState;
use crate::seats::{self, Reviewer, Veil};
use crate::verbs::Subject;
use crate::who::Actor;

crate::text_enum! {
    /// Where a draw is.
    LotsState {
        Committing = "committing" "等另一方承诺",
        Revealing = "revealing" "等双方揭示",
        Drawn = "drawn" "已排定",
        Void = "void" "已作废",
    }
}

/// The lots of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotsShown {
    pub round_id: RoundId,
    /// Bids that share a rank now.
    pub tied: Vec<TiedShown>,
    /// By number, void ones included.
    pub draws: Vec<LotsDrawShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TiedShown {
    pub topic_id: TopicId,
    pub bids: Vec<LotBid>,
    /// Who acts for the panel: the chair, or the first member who is not recused from the topic.
    pub presiding: Option<String>,
    #[serde(skip)]
    pub presiding_id: Option<UserId>,
    /// The draw under way.
    pub lots_id: Option<TieLotsId>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LotBid {
    pub bid_id: BidId,
    pub title: String,
    pub organization: String,
    /// In the order of the lots, once they are drawn.
    pub place: Option<usize>,
    /// `SHA-256(seed "\n" bid_id)`: ascending keys are the order.
    pub key: Option<String>,
}

/// One draw.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotsDrawShown {
    pub id: TieLotsId,
    /// Goes into the seed.
    pub number: i64,
    pub topic_id: TopicId,
    pub state: LotsState,
    /// By lot once drawn, else ascending.
    pub bids: Vec<LotBid>,
    pub chair: Option<LotPartShown>,
    pub supervisor: Option<LotPartShown>,
    /// `SHA-256("biaogan-lots-1\n" round "\n" number "\n" bids "\n" chair's salt "\n" word "\n" supervisor's salt "\n" word)`
    pub seed: Option<String>,
    pub drawn_at: Option<Instant>,
    pub void_reason: Option<String>,
    pub voided_at: Option<Instant>,
}

/// What one of the two put in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotPartShown {
    pub name: String,
    #[serde(skip)]
    pub user_id: UserId,
    /// `SHA-256("biaogan-lot-1\n" salt "\n" word)`
    pub commitment: String,
    pub committed_at: Instant,
    pub revealed: bool,
    /// Whether the service keeps the salt, so that the word alone reveals.
    #[serde(skip)]
    pub keeps_salt: bool,
    /// Once the draw is over.
    pub salt: Option<String>,
    /// Once the draw is over.
    pub word: Option<String>,
}

impl LotsShown {
    /// As this person may see them.
    pub fn read(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<(LotsRead, Self)> {
        let read = lots::read(c, actor, round)?;
        let mut named: BTreeSet<BidId> = BTreeSet::new();
        for (group, _) in &read.tied {
            named.extend(group.bids.iter().map(|bid| BidId(*bid)));
        }
        for drawing in &read.drawings {
            named.extend(drawing.lots.bids()?.into_iter().map(BidId));
        }
        let named: Vec<BidId> = named.into_iter().collect();
        let bids = panel::bids_found(c, round, &named, None, i64::MAX)?
            .into_iter()
            .map(|bid| (bid.id.0, bid))
            .collect();
        let parts = read.drawings.iter().flat_map(|one| &one.parts);
        let presiding = read.tied.iter().filter_map(|(_, one)| one.as_ref());
        let users: BTreeSet<UserId> = parts
            .map(|part| part.user_id)
            .chain(presiding.map(|one| one.user_id))
            .collect();
        let people = seats::people_by_id(c, users.into_iter().collect())?;
        let veil = Veil::of(c, actor, round)?;
        let bids = Bids { bids, veil };
        let shown = Self::of(&read, &bids, &people)?;
        Ok((read, shown))
    }

    fn of(read: &LotsRead, bids: &Bids, people: &HashMap<UserId, Reviewer>) -> Result<Self> {
        let named = |user: UserId| people.get(&user).map(|person| person.name.clone());
        let mut tied: Vec<TiedShown> = read
            .tied
            .iter()
            .map(|(group, presiding)| TiedShown {
                topic_id: group.topic,
                bids: group.bids.iter().map(|bid| line(*bid, bids)).collect(),
                presiding: presiding.as_ref().and_then(|one| named(one.user_id)),
                presiding_id: presiding.as_ref().map(|one| one.user_id),
                lots_id: read
                    .drawings
                    .iter()
                    .find(|one| {
                        one.lots.is_pending() && Some(&one.lots.first_bid) == group.bids.first()
                    })
                    .map(|one| one.lots.id),
            })
            .collect();
        // What is under way comes first.
        tied.sort_by_key(|group| group.lots_id.is_none());
        let mut draws = Vec::new();
        for drawing in &read.drawings {
            draws.push(LotsDrawShown::of(drawing, bids, &named)?);
        }
        Ok(Self {
            round_id: read.scene.round.id,
            tied,
            draws,
        })
    }
}

impl LotsDrawShown {
    fn of(
        drawing: &Drawing,
        bids: &Bids,
        named: &dyn Fn(UserId) -> Option<String>,
    ) -> Result<Self> {
        let lots = &drawing.lots;
        let order = lots.order()?;
        let drawn = lots.seed.as_deref().filter(|_| !order.is_empty());
        let lines = match drawn {
            None => lots.bids()?.iter().map(|bid| line(*bid, bids)).collect(),
            Some(seed) => (1..)
                .zip(&order)
                .map(|(place, bid)| LotBid {
                    place: Some(place),
                    key: Some(lot::key(seed, *bid)),
                    ..line(*bid, bids)
                })
                .collect(),
        };
        let over = !lots.is_pending();
        let part = |party: LotParty| {
            drawing
                .part(party)
                .map(|part| shown(part, over, named(part.user_id)))
        };
        Ok(Self {
            id: lots.id,
            number: lots.number,
            topic_id: lots.topic_id,
            state: match (lots.drawn_at, lots.voided_at) {
                (Some(_), _) => LotsState::Drawn,
                (None, Some(_)) => LotsState::Void,
                (None, None) if drawing.committed() => LotsState::Revealing,
                (None, None) => LotsState::Committing,
            },
            bids: lines,
            chair: part(LotParty::Chair),
            supervisor: part(LotParty::Supervisor),
            seed: lots.seed.clone(),
            drawn_at: lots.drawn_at,
            void_reason: lots.void_reason.clone(),
            voided_at: lots.voided_at,
        })
    }
}

/// The round's bids, and how its reader may read their names.
struct Bids {
    bids: HashMap<i64, BidLine>,
    veil: Veil,
}

fn line(bid: i64, Bids { bids, veil }: &Bids) -> LotBid {
    let named = bids.get(&bid).map(|bid| &bid.named);
    LotBid {
        bid_id: BidId(bid),
        title: named.map(|named| named.title(veil)).unwrap_or_default(),
        organization: named
            .map(|named| named.organization(veil))
            .unwrap_or_default(),
        place: None,
        key: None,
    }
}

fn shown(part: &TieLotPart, over: bool, name: Option<String>) -> LotPartShown {
    let told = over && part.revealed_at.is_some();
    LotPartShown {
        name: name.unwrap_or_default(),
        user_id: part.user_id,
        commitment: part.commitment.clone(),
        committed_at: part.committed_at,
        revealed: part.revealed_at.is_some(),
        keeps_salt: part.salt.is_some(),
        salt: part.salt.clone().filter(|_| told),
        word: part.word.clone().filter(|_| told),
    }
}

impl Subject for Judged {
    type Shown = Advanced;

    /// While the result is published, with what its days may lack: a year in the table of holidays.
    fn shown(&self, c: &mut Conn, _: &Actor, _: Instant) -> Result<Advanced> {
        let from = self.round.publicity_from;
        let warning = match from.filter(|_| self.round.state == RoundState::Publicized) {
            Some(from) => holidays::reminder(c, from)?,
            None => None,
        };
        Ok(Advanced::of(self, warning))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(self, verb)
    }

    fn href(&self) -> String {
        format!("/rounds/{}", self.round.id)
    }
}

/// The others are recorded as the round they belong to.
macro_rules! shown {
    ($scene:ty as $shown:ty, $page:literal, $read:expr) => {
        impl Subject for $scene {
            type Shown = $shown;

            fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<$shown> {
                let read: fn(&mut Conn, &Actor, RoundId) -> Result<$shown> = $read;
                read(c, actor, self.0.round.id)
            }

            fn event(&self, verb: audit::Verb) -> Event {
                self.0.event(verb)
            }

            fn href(&self) -> String {
                format!("/rounds/{}/{}", self.0.round.id, $page)
            }
        }
    };
}

shown!(Ranked as RoundResult, "result", |c, actor, id| {
    Ok(ranking::read(c, actor, id, &Part::FIRST)?.1)
});
shown!(Lots as LotsShown, "lots", |c, actor, id| {
    Ok(LotsShown::read(c, actor, id)?.1)
});
