//! Who reads which bids. [`scope`] is the one answer, for page, list, count, export and attachment alike.

use crate::bids::rules::{Sealed, sealed_of};
use crate::bids::store::{self, BidRow, Filter, Scope};
use crate::bids::{self, Bid, BidContent, BidLine};
use crate::crypto;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::BidId;
use crate::people;
use crate::rounds::{self, Round, RoundState};
use crate::sealing::{self, BidSecret};
use crate::seats::{self, Veil};
use crate::who::policy::{self, OVERSEERS};
use crate::who::{Actor, Role};

/// What of a round's bids this person may see: their own organizations' always; after the opening the office, the
/// secretary and the supervisor all of them, and a reviewer on the panel all but the recused topics'.
pub fn scope(c: &mut Conn, actor: &Actor, round: &Round) -> Result<Scope> {
    let person = actor.person()?;
    let own = actor.own_organizations();
    if round.opened_at.is_none() {
        return Ok(Scope {
            own,
            opened_except: None,
            opened_only: None,
            together: Vec::new(),
        });
    }
    let together = bids::together(c, round.id, &own)?;
    let path = people::organization(c, round.committee_id)?.path;
    if actor.holds_any(OVERSEERS, &path) {
        return Ok(Scope {
            own,
            opened_except: Some(Vec::new()),
            opened_only: None,
            together,
        });
    }
    if actor.holds(Role::Reviewer, &path)
        && scored(round.state)
        && seats::undertaking(c, round.id, person.user_id)?
    {
        let recused = seats::recused(c, round.id, person.user_id)?;
        let mut only = seats::assigned_to(c, round.id, person.user_id)?;
        if let Some(only) = &mut only {
            only.extend(bids::within(c, round.id, only)?);
        }
        return Ok(Scope {
            own,
            opened_except: Some(recused.into_iter().collect()),
            opened_only: only,
            together,
        });
    }
    Ok(Scope {
        own,
        opened_except: None,
        opened_only: None,
        together,
    })
}

/// Reviewers read from the start of scoring on: the recusals are found then.
fn scored(state: RoundState) -> bool {
    match state {
        RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded => true,
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Cancelled => false,
    }
}

/// A bid that somebody may see, with its round and the veil it is read under.
pub struct Seen {
    pub bid: Bid,
    pub round: Round,
    pub veil: Veil,
}

/// A bid as this person may see it; a forbidden reading is `NotFound`.
pub fn visible(c: &mut Conn, actor: &Actor, id: BidId) -> Result<Seen> {
    policy::business_person(actor)?;
    let bid = store::find(c, id)?;
    let round = rounds::find(c, bid.round_id)?;
    let scope = scope(c, actor, &round)?;
    if !scope.shows(&bid) {
        return Err(Error::NotFound);
    }
    let veil = match scope.is_own(bid.id, bid.organization_id) {
        true => Veil::default(),
        false => Veil::of(c, actor, round.id)?,
    };
    Ok(Seen { bid, round, veil })
}

/// The content this person reads: their own organization's draft, everybody else what was submitted, under the veil that
/// [`visible`] gave. None if it is sealed and this session has no key of the organization.
pub fn content_of(
    c: &mut Conn,
    actor: &Actor,
    bid: &Bid,
    veil: &Veil,
) -> Result<Option<BidContent>> {
    let own = actor.acts_for(bid.organization_id);
    if !own || bid.state.is_readable() {
        if let Some(sealed) = sealed_of(bid)? {
            return Ok(Some(sealed.content.under(veil)));
        }
        if !own {
            return Ok(Some(BidContent::default()));
        }
    }
    sealing::secret_of(c, actor, bid.id)?
        .map(|secret| BidContent::from_bytes(&secret.decrypt(&bid.draft)?))
        .transpose()
}

/// One's own submission as it lies sealed, if there is one and this session has the key.
pub fn own_submission(c: &mut Conn, actor: &Actor, bid: &Bid) -> Result<Option<Sealed>> {
    if !actor.acts_for(bid.organization_id) {
        return Ok(None);
    }
    let Some((bytes, secret)) = bid
        .sealed
        .as_deref()
        .zip(sealing::secret_of(c, actor, bid.id)?)
    else {
        return Ok(None);
    };
    Ok(Some(serde_json::from_slice(&secret.decrypt(bytes)?)?))
}

/// A page of a round's bids; `limit + 1` rows.
pub fn list(c: &mut Conn, actor: &Actor, round: &Round, filter: &Filter) -> Result<Vec<BidLine>> {
    let scope = scope(c, actor, round)?;
    let veil = Veil::of(c, actor, round.id)?;
    if filter.organization.is_some() && veil.lies() {
        return Err(Error::field(
            "organization_id",
            "匿名评审，评分锁定以前不能按组织筛选。",
        ));
    }
    let mut lines = store::list(c, round.id, &scope, filter)?;
    // Before the opening the columns are empty; an own bid's title is read from its draft.
    if round.opened_at.is_none() {
        let ids: Vec<BidId> = lines.iter().map(|line| line.id).collect();
        let drafts = store::drafts(c, &ids)?;
        let secrets = sealing::secrets_of(c, actor, &ids)?;
        for line in &mut lines {
            if let Some((_, draft)) = drafts.iter().find(|(id, _)| *id == line.id) {
                line.title = title_of(draft, secrets.get(&line.id))?;
            }
        }
    }
    let under = |row: BidRow| {
        let own = scope.is_own(row.id, row.organization_id);
        BidLine::under(if own { Veil::lifted() } else { &veil }, row)
    };
    Ok(lines.into_iter().map(under).collect())
}

/// The title of a draft, as far as it can be read.
pub fn title_of(draft: &[u8], secret: Option<&BidSecret>) -> Result<Option<String>> {
    if secret.is_none() && crypto::is_ciphertext(draft) {
        return Ok(None);
    }
    let plain = match secret {
        Some(secret) => secret.decrypt(draft)?,
        None => draft.to_vec(),
    };
    Ok(Some(BidContent::from_bytes(&plain)?.title).filter(|title| !title.is_empty()))
}

/// A bid is voided between the opening and the lock of scoring.
pub fn may_void(state: RoundState) -> Result<(), Refusal> {
    match state {
        RoundState::Opened | RoundState::Scoring => Ok(()),
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new("wrong_state", "现在不能按废标处理。")
            .remedy("开标以后、评分锁定以前可以废标；公示中的问题请走异议。")),
    }
}
