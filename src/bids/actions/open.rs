//! Opening all bids of a round, a part at a time: what the round's key shows is read first, and written by a few
//! statements a part. Reading is what takes time, and needs nobody's turn.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::audit::{self, sha256_hex};
use crate::bids::rules::Sealed;
use crate::bids::{Bid, BidState, attached, store};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::files::{self, Expected, SubjectKind};
use crate::ids::{BidId, KeyId, OrganizationId, RoundId, UserId};
use crate::people::{self, NamesByDay};
use crate::sealing::{self, BidSecret, RoundSecret};
use crate::who::Actor;

/// One bid in the opening minute.
#[derive(Debug, Serialize, Deserialize)]
pub struct OpenedLine {
    pub bid: BidId,
    pub organization: String,
    /// None of a bid that is void.
    pub title: Option<String>,
    pub void: Option<VoidAt>,
    pub digest: String,
}

crate::text_enum! {
    /// Why a submitted bid is void at its opening.
    VoidAt {
        Differs = "differs" "开标核对时，内容与提交时的摘要不一致。",
        NotSealedAgain = "not_sealed_again" "开标密钥更换以后没有重新封装，不能启封。",
    }
}

/// Bids at a time.
const PART: i64 = 200;

/// Some bids of a round as its key shows them, ready to be written.
#[derive(Debug)]
pub struct Part {
    /// Of those that were submitted.
    pub lines: Vec<OpenedLine>,
    /// JSON rows of bids, of their keys, and of their files.
    pub rows: [String; 3],
}

/// A part as it is read.
pub struct ReadPart {
    pub part: Part,
    /// Files that the bids name, with what their bytes are read with.
    pub files: Vec<Expected>,
    /// The bid to go on after.
    pub last: BidId,
}

/// A bid's payload to the letter and as what it says.
type Payload = (String, Sealed);

/// The round's bids after this one as its key shows them; None at the end. What was withdrawn stays its bidder's own, but
/// nothing stays locked by a round that is opened.
pub fn read_part(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    secret: &RoundSecret,
    after: BidId,
) -> Result<Option<ReadPart>> {
    let bids = store::sealed_after(c, round, after, PART)?;
    let Some(last) = bids.last().map(|bid| bid.id) else {
        return Ok(None);
    };
    let ids: Vec<BidId> = bids.iter().map(|bid| bid.id).collect();
    let secrets = sealing::read_by_round(c, secret, &ids)?;
    let told = told(c, actor, &ids)?;
    let keys = sealing::rows(actor, &secrets)?;
    let read: Vec<(Bid, Option<Payload>)> = bids
        .into_iter()
        .filter(|bid| bid.state == BidState::Submitted)
        .map(|bid| {
            let payload = intact(&bid, told.get(&bid.id), secrets.get(&bid.id));
            (
                bid,
                payload.filter(|(_, said)| said.content.topic_id.is_some()),
            )
        })
        .collect();
    let locked: Vec<BidId> = ids
        .iter()
        .filter(|bid| !secrets.contains_key(bid))
        .copied()
        .collect();
    let waiting = sealing::not_sealed_again(c, round, &locked)?;
    let void = |bid: BidId| match waiting.contains(&bid) {
        true => VoidAt::NotSealedAgain,
        false => VoidAt::Differs,
    };
    let (lines, bids) = spread(c, &read, &told, void)?;
    let (files, names) = named_files(c, &read, &secrets)?;
    Ok(Some(ReadPart {
        part: Part {
            lines,
            rows: [bids, keys, names],
        },
        files,
        last,
    }))
}

fn spread(
    c: &mut Conn,
    read: &[(Bid, Option<Payload>)],
    told: &HashMap<BidId, String>,
    void: impl Fn(BidId) -> VoidAt,
) -> Result<(Vec<OpenedLine>, String)> {
    let organizations: Vec<OrganizationId> =
        read.iter().map(|(bid, _)| bid.organization_id).collect();
    let organizations = people::names(c, &organizations)?;
    let leaders: Vec<UserId> = read
        .iter()
        .filter_map(|(_, payload)| payload.as_ref()?.1.content.team.leader)
        .collect();
    let leaders = people::names_by_day(c, &leaders)?;
    let lines = read.iter().map(|(bid, payload)| OpenedLine {
        bid: bid.id,
        organization: organizations
            .get(&bid.organization_id)
            .cloned()
            .unwrap_or_default(),
        title: payload.as_ref().map(|(_, said)| said.content.title.clone()),
        void: payload.is_none().then(|| void(bid.id)),
        digest: told.get(&bid.id).cloned().unwrap_or_default(),
    });
    let rows: Vec<store::Spread> = read
        .iter()
        .map(|(bid, payload)| match payload {
            Some((text, said)) => opened(bid, text, said, &leaders),
            None => store::Spread {
                id: bid.id,
                version: bid.version,
                state: BidState::Void,
                void_reason: Some(void(bid.id).label()),
                facts: store::Facts::default(),
            },
        })
        .collect();
    Ok((lines.collect(), serde_json::to_string(&rows)?))
}

fn opened<'a>(
    bid: &Bid,
    text: &'a str,
    said: &'a Sealed,
    leaders: &'a NamesByDay,
) -> store::Spread<'a> {
    let content = &said.content;
    let leader = content.team.leader;
    store::Spread {
        id: bid.id,
        version: bid.version,
        state: BidState::Opened,
        void_reason: None,
        facts: store::Facts {
            sealed: Some(text),
            topic_id: content.topic_id,
            title: Some(&content.title),
            leader_name: Some(leader.map_or("", |id| leaders.on(id, bid.submitted_at))),
            budget_total: Some(content.budget_total()),
        },
    }
}

/// The files of intact bids: as they were submitted, and their names as rows.
fn named_files(
    c: &mut Conn,
    read: &[(Bid, Option<Payload>)],
    secrets: &HashMap<BidId, BidSecret>,
) -> Result<(Vec<Expected>, String)> {
    let ids: Vec<i64> = read
        .iter()
        .filter_map(|(bid, payload)| payload.as_ref().map(|_| bid.id.0))
        .collect();
    let mut kept: HashMap<i64, Vec<_>> = HashMap::new();
    for row in files::kept_of(c, SubjectKind::Bid, ids)? {
        kept.entry(row.subject_id).or_default().push(row);
    }
    let (mut expected, mut named) = (Vec::new(), Vec::new());
    for (bid, payload) in read {
        let Some((_, said)) = payload else { continue };
        let secret = secrets.get(&bid.id);
        let mut rows = kept.remove(&bid.id.0).unwrap_or_default();
        if let Some(secret) = secret {
            rows = files::named(rows, secret)?;
        }
        expected.extend(attached::expected(bid.id, said, &rows, secret)?);
        named.extend(
            rows.into_iter()
                .filter(|row| secret.is_some() && said.names(row)),
        );
    }
    Ok((expected, files::rows(named.iter())?))
}

/// What the opening has written so far.
pub struct Opened {
    /// How many are open.
    pub sound: usize,
    /// The first of them, and those to be named wherever they stand.
    pub lines: Vec<OpenedLine>,
    pub broken: Vec<OpenedLine>,
    most: usize,
    named: HashSet<BidId>,
}

impl Opened {
    /// Keeps so many lines, and those of these bids.
    pub fn keeping(most: usize, named: HashSet<BidId>) -> Self {
        Self {
            sound: 0,
            lines: Vec::new(),
            broken: Vec::new(),
            most,
            named,
        }
    }

    /// Writes a part as it was read.
    pub fn write(&mut self, tx: &mut Tx, part: Part) -> Result<()> {
        let now = tx.now();
        let [bids, keys, names] = &part.rows;
        if store::spread(tx, bids, now)? != part.lines.len() {
            return Err(changed_meanwhile());
        }
        sealing::keep_rows(tx, keys)?;
        files::reveal(tx, names)?;
        for line in part.lines {
            if line.title.is_none() {
                self.broken.push(line);
                continue;
            }
            self.sound += 1;
            if self.sound <= self.most || self.named.contains(&line.bid) {
                self.lines.push(line);
            }
        }
        Ok(())
    }
}

/// Not a bid of the round is still sealed once all parts are written.
pub fn all_written(tx: &mut Tx, round: RoundId) -> Result<()> {
    match store::ids_in_state(tx, round, BidState::Submitted)?.is_empty() {
        true => Ok(()),
        false => Err(changed_meanwhile()),
    }
}

/// A bid is another than the one that was read.
pub fn changed_meanwhile() -> crate::error::Error {
    Refusal::new(
        "bids_changed_meanwhile",
        "核对期间有申报书发生变动，本次开标没有进行，各份申报书仍然密封。",
    )
    .remedy("请启封人再次输入口令，重新办理开标。")
    .into()
}

/// The digests that the trail tells of these bids' last submissions, by events that hold. What stands in the bid's row
/// proves nothing: whoever writes the database may have written it.
fn told(c: &mut Conn, actor: &Actor, bids: &[BidId]) -> Result<HashMap<BidId, String>> {
    let key = actor.server_keys()?.trail();
    let ids: Vec<i64> = bids.iter().map(|bid| bid.0).collect();
    let events = audit::last_of(c, Some(key), audit::Verb::BidSubmitted, "bid", &ids)?;
    let mut told = HashMap::new();
    for (bid, event) in events {
        let said: Value = serde_json::from_str(&event.detail)?;
        if let Some(digest) = said.get("digest").and_then(Value::as_str) {
            told.insert(BidId(bid), digest.to_owned());
        }
    }
    Ok(told)
}

/// The payload, if it is what was last submitted, for this bid of this organization in this round.
fn intact(bid: &Bid, told: Option<&String>, secret: Option<&BidSecret>) -> Option<Payload> {
    let bytes = bid.sealed.as_deref()?;
    let payload = secret?.decrypt(bytes).ok()?;
    if sha256_hex(&payload) != *told? {
        return None;
    }
    let payload = String::from_utf8(payload).ok()?;
    let said: Sealed = serde_json::from_str(&payload).ok()?;
    let own = said.bid_id == bid.id
        && said.round_id == bid.round_id
        && said.organization_id == bid.organization_id;
    own.then_some((payload, said))
}

/// Submitted bids still sealed to an earlier key of the round.
pub fn not_sealed_again(c: &mut Conn, round: RoundId) -> Result<i64> {
    let earlier = sealing::earlier_keys(c, round)?;
    sealed_to(c, &earlier)
}

/// Submitted bids still sealed to these keys.
pub fn sealed_to(c: &mut Conn, keys: &[KeyId]) -> Result<i64> {
    match keys.is_empty() {
        true => Ok(0),
        false => store::topics::submitted_under(c, keys.to_vec()),
    }
}

/// Whether the bid is sealed to a key of the round that is no more.
pub fn waits(c: &mut Conn, bid: &Bid) -> Result<bool> {
    Ok(bid.state == BidState::Submitted
        && !sealing::not_sealed_again(c, bid.round_id, &[bid.id])?.is_empty())
}
