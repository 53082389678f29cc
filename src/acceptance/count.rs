//! Opening the boxes at the closing: every vote is unsealed and counted, the receipts are published, what is not used is
//! void, and the key is forgotten.

use super::boxes::{Ballots, Questionnaires, Vote};
use super::scene::AcceptanceScene;
use super::sealed::{Inside, tampered};
use super::store::{self, BallotBox};
use super::{CodeAct, CodeKind};
use crate::crypto::to_hex;
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{AcceptanceId, UserId};
use crate::rounds::actions::openers::{insufficient, supervised};
use crate::sealing::{self, BoxSecret, Opener, OpenerSeat, TooFew};
use crate::seats::{self, Seat};
use crate::verbs::ceremony::Present;
use crate::who::{Actor, ServerKeys};

/// Makes the key that votes are sealed to, when the first codes are handed out: for the office that hands them out, the
/// supervisor beside it, and the panel's chair, should one of the two be unable to open.
pub fn make_key(
    tx: &mut Tx,
    on: &AcceptanceScene,
    actor: &Actor,
    supervisor: UserId,
) -> Result<()> {
    if sealing::box_fingerprint(tx, on.acceptance.id)?.is_some() {
        return Ok(());
    }
    let mut openers = vec![Opener {
        user_id: actor.person()?.user_id,
        seat: OpenerSeat::Office,
    }];
    let chair = seats::panel(tx, on.acceptance.evaluation_id)?
        .into_iter()
        .find(|member| member.seat == Seat::Chair);
    let others = [
        (Some(supervisor), OpenerSeat::Supervisor),
        (chair.map(|member| member.user_id), OpenerSeat::Chair),
    ];
    for (user_id, seat) in others {
        let Some(user_id) = user_id else { continue };
        let known = openers.iter().any(|opener| opener.user_id == user_id);
        if !known && sealing::has_key(tx, user_id)? {
            openers.push(Opener { user_id, seat });
        }
    }
    sealing::make_box_key(tx, on.acceptance.id, &openers)
}

/// The supervisor at the office's screen, another person than the office.
pub fn witnessed(
    c: &mut Conn,
    on: &AcceptanceScene,
    actor: &Actor,
    present: &Present,
) -> Result<UserId> {
    let others: Present = present
        .iter()
        .filter(|(user, _)| Some(*user) != actor.user_id())
        .cloned()
        .collect();
    supervised(c, &on.committee_path, &others)
}

/// What opens the boxes, from those present; none if nothing was sealed, as in an acceptance of old times.
fn secret(tx: &mut Tx, on: &AcceptanceScene, present: &Present) -> Result<Option<BoxSecret>> {
    match sealing::open_box(tx, on.acceptance.id, present)? {
        Ok(secret) => Ok(Some(secret)),
        Err(TooFew::NoKey) => Ok(None),
        Err(too_few) => {
            let way_out = "凑不齐的，请党委党建部作废这次验收后重新开始。";
            Err(insufficient(tx, too_few, way_out)?)
        }
    }
}

/// Opens both boxes and leaves what was counted.
pub fn open(tx: &mut Tx, on: &AcceptanceScene, actor: &Actor, present: &Present) -> Result<()> {
    let id = on.acceptance.id;
    witnessed(tx, on, actor, present)?;
    let secret = secret(tx, on, present)?;
    for kind in CodeKind::ALL {
        let row = store::ballot_box(tx, id, *kind)?;
        count(tx, &row, actor.server_keys()?, secret.as_ref())?;
        let unused = store::code_counts(tx, id)?.of(*kind).open();
        let now = tx.now();
        if unused > 0 {
            store::tell(tx, (id, *kind), (CodeAct::Unused, unused), now)?;
        }
        store::end_codes(tx, id, *kind)?;
    }
    sealing::forget_box_key(tx, id)
}

/// Nobody ever opens these boxes: what is in them is gone with their key.
pub fn give_up(tx: &mut Tx, id: AcceptanceId) -> Result<()> {
    for kind in CodeKind::ALL {
        let row = store::ballot_box(tx, id, *kind)?;
        store::empty(tx, row.id, &row.content, &row.receipts()?)?;
    }
    sealing::forget_box_key(tx, id)
}

/// As many votes as receipts as used codes, each code handed out for this box, each vote one that can be read.
fn count(
    tx: &mut Tx,
    row: &BallotBox,
    keys: &ServerKeys,
    secret: Option<&BoxSecret>,
) -> Result<()> {
    let inside = Inside::read(row, keys)?;
    let handed_out = store::digests(tx, row.acceptance_id, row.kind)?;
    if !inside
        .used
        .iter()
        .all(|code| handed_out.contains(&to_hex(code)))
    {
        return Err(tampered().into());
    }
    let unseal = |sealed: &Vec<u8>| -> std::result::Result<Vec<u8>, Refusal> {
        let plain = secret.and_then(|secret| secret.unseal(sealed));
        plain.ok_or_else(tampered)
    };
    let mut receipts = row.receipts()?;
    for sealed in &inside.receipts {
        receipts.push(String::from_utf8(unseal(sealed)?).map_err(|_| tampered())?);
    }
    receipts.sort_unstable();
    receipts.dedup();
    let mut ballots = Ballots::default();
    let mut filled = Questionnaires::default();
    match row.kind {
        CodeKind::Ballot => ballots = Ballots::read(&row.content)?,
        CodeKind::Questionnaire => filled = Questionnaires::read(&row.content)?,
    }
    for sealed in &inside.votes {
        let vote = Vote::read(&unseal(sealed)?).map_err(|_| tampered())?;
        match (row.kind, vote) {
            (CodeKind::Ballot, Vote::Ballot(choice)) => ballots.add(choice),
            (CodeKind::Questionnaire, Vote::Questionnaire(answers)) => filled.add(&answers),
            (CodeKind::Ballot | CodeKind::Questionnaire, _) => return Err(tampered().into()),
        }
    }
    if i64::try_from(receipts.len()) != Ok(row.votes) {
        return Err(tampered().into());
    }
    let content = match row.kind {
        CodeKind::Ballot => serde_json::to_string(&ballots)?,
        CodeKind::Questionnaire => serde_json::to_string(&filled)?,
    };
    store::empty(tx, row.id, &content, &receipts)
}
