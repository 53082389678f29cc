//! The opening (开标): at or after its time, by the office, with as many openers as the round asks for, a supervisor
//! among them. Their shares make the round's key, all bids open at once, and every submitted bid's digest is computed
//! again and held against the one recorded at submission; what does not match is void. So are the digests of the files: one
//! that is missing or was changed is named in the minute.

use std::collections::HashSet;
use std::sync::Arc;

use super::ahead::Ahead;
use super::minute::{self, Told};
use super::store::{self, Opening};
use crate::bids::actions::{self as bids, Opened};
use crate::failed;
use crate::ids::{BidId, OpeningId, RoundId, UserId};
use crate::people::{self, User};
use crate::rounds::actions::openers;
use crate::rounds::scene::RoundScene;
use crate::rounds::{self, AnnouncementKind, Post, announce, rules};
use crate::sealing::{self, RoundSecret};
use crate::session::{self, Who};
use crate::verbs::Scene;
use crate::verbs::ceremony::{Ceremony, OpenerInput, Present};
use crate::verbs::prelude::*;
use crate::web::App;

/// The opening: the openers present, each proven by their own password, and who attends.
#[derive(Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningInput {
    /// As many as the round asks for, a supervisor among them; who left the password empty is not present.
    #[validate(length(max = 9), nested)]
    #[schema(max_items = 9)]
    pub openers: Vec<OpenerInput>,
    /// Bids that were not sealed again to a renewed key are given up, for this reason, which the minute tells.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub abandon_reason: Option<String>,
    /// Names of those present, as the minute will list them.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000, example = "周敏、纪委王强、各支部代表 12 人")]
    pub attendance: String,
    #[serde(skip)]
    pub keys: Present,
    /// What was read of the bids and their files; None if they are read as they are written, and nobody looks at files.
    #[serde(skip)]
    pub ahead: Option<Arc<Ahead>>,
}

pub struct Open;

impl Ceremony for Open {
    const LIST: &'static str = "openers";

    fn openers(input: &OpeningInput) -> &[OpenerInput] {
        &input.openers
    }

    fn come(input: &mut OpeningInput, keys: Present) {
        input.keys = keys;
    }

    async fn ahead(app: &App, who: &Who, id: RoundId, input: OpeningInput) -> Result<OpeningInput> {
        let asked = who.clone();
        // What is refused anyhow is refused before anything is read.
        let found = app.db.read(move |c| {
            let actor = session::resolve(c, &asked)?;
            let on = RoundScene::load(c, &actor, &id)?;
            let secret = openers::put_together(c, &on, &input.keys)?;
            witness(c, &on, &actor, &input.keys)?;
            let left = left(c, &secret)?;
            given_up(left, &input)?;
            Ok((input, secret, left, on.round.committee_id))
        });
        let (mut input, secret, left, committee) = found.await?;
        let ahead = Ahead::read(app, who, id, secret, left, committee).await?;
        input.ahead = Some(Arc::new(ahead));
        Ok(input)
    }
}

impl Verb for Open {
    type On = RoundScene;
    type Gives = RoundScene;
    type Input = OpeningInput;
    type Ready = ();

    const NAME: &'static str = "open";
    const SAYS: &'static str = "Open all bids: so many of the openers, a supervisor among them, each with their own password.";
    // Recorded before the minute is written, which ends with the chain's head.
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &[
        "role_required",
        "supervisor_required",
        "not_an_opener",
        "witness_is_another",
    ];
    const REFUSES: &'static [&'static str] = &[
        "key_exchanged",
        "no_round_key",
        "wrong_state",
        "too_early",
        "openers_missing",
        "bids_not_sealed_again",
        "bids_changed_meanwhile",
    ];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        actor.require(Role::Office, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<()> {
        let state = on.round.state_at(now);
        rules::may_open(state, on.round.opening_at, now)?;
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        (): (),
        actor: &Actor,
        input: &OpeningInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        sealing::assure_round(tx, on.round.id)?;
        let secret = openers::put_together(tx, &on, &input.keys)?;
        let witness = witness(tx, &on, actor, &input.keys)?;
        let round = on.round;
        let left = left(tx, &secret)?;
        let given_up = given_up(left, input)?;
        let version = rounds::set_opened(tx, &round)?;
        let opened = match &input.ahead {
            Some(ahead) => written(tx, ahead, &secret, left)?,
            None => read_and_written(tx, actor, round.id, &secret)?,
        };
        bids::all_written(tx, round.id)?;
        if !secret.is_first() {
            sealing::forget_earlier(tx, round.id)?;
        }
        let ahead = input.ahead.as_ref();
        let files = ahead.map(|ahead| &ahead.files);
        let trail_broken = ahead.and_then(|ahead| ahead.broken);
        failed::fail_short_topics(tx, actor, &round)?;
        let minute = minute::written(
            tx,
            &round,
            &Told {
                host: actor.name(),
                witness: &witness.name,
                present: &input.keys,
                attendance: &input.attendance,
                given_up: given_up.as_deref(),
                opened: &opened,
                files,
                broken: trail_broken,
            },
        )?;
        let present: Vec<UserId> = input.keys.iter().map(|(user, _)| *user).collect();
        let (checked, broken) = (opened.sound, opened.broken.len());
        let event =
            rounds::actions::event(audit::Verb::RoundOpened, &round, version).detail(json!({
                "witness": witness.id, "present": present, "checked": checked, "broken": broken,
                "files": files.map(|files| files.count),
                "files_broken": files.map(|files| files.faults.len()),
                "trail_broken": trail_broken,
            }));
        audit::record(tx, actor, event)?;
        let audit_head = audit::committee_head(tx, round.committee_id)?;
        let opening = Opening {
            id: OpeningId::fresh(now),
            round_id: round.id,
            opened_by: actor.person()?.user_id,
            witness_id: witness.id,
            opened_at: now,
            attendance: input.attendance.clone(),
            minute: minute.clone(),
            checked: count(checked),
            broken: count(broken),
            audit_head: audit_head.clone(),
        };
        store::insert_opening(tx, &opening)?;
        let title = format!("开标记录：{}", round.title);
        let body = format!("{minute}\n审计链头：{audit_head}");
        announce(tx, Post::of(&round, AnnouncementKind::Opening, title, body))?;
        Ok(Done::of(
            round.id,
            "已开标，摘要核对完毕，开标记录已上公示栏。",
        ))
    }
}

/// How many bids wait to be sealed again that none of the keys here opens.
fn left(c: &mut Conn, secret: &RoundSecret) -> Result<i64> {
    bids::sealed_to(c, secret.unopened())
}

/// What was read ahead goes into the columns.
fn written(tx: &mut Tx, ahead: &Ahead, secret: &RoundSecret, left: i64) -> Result<Opened> {
    // Another key, or bids that were sealed again since: what was read is not what there is.
    if ahead.key != secret.key_id || ahead.left != left {
        return Err(bids::changed_meanwhile());
    }
    let faulty = ahead.files.faults.iter().map(|fault| fault.bid);
    let mut opened = Opened::keeping(minute::LISTED, faulty.collect());
    for part in ahead.parts()? {
        opened.write(tx, part?)?;
    }
    Ok(opened)
}

/// The same at once: for loading a seed, where nobody else waits.
fn read_and_written(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    secret: &RoundSecret,
) -> Result<Opened> {
    let mut opened = Opened::keeping(minute::LISTED, HashSet::new());
    let mut after = BidId(0);
    while let Some(read) = bids::read_part(tx, actor, round, secret, after)? {
        after = read.last;
        opened.write(tx, read.part)?;
    }
    Ok(opened)
}

/// The supervisor at the screen, who is another than the host.
fn witness(c: &mut Conn, on: &RoundScene, actor: &Actor, present: &Present) -> Result<User> {
    people::holders(c, Role::Supervisor, &on.committee_path)?
        .into_iter()
        .find(|user| {
            Some(user.id) != actor.user_id() && present.iter().any(|(id, _)| *id == user.id)
        })
        .ok_or_else(|| {
            Error::Forbidden(
                Refusal::new("witness_is_another", "主持开标和监督开标须是两个人。")
                    .remedy("请另一位督导员到场。"),
            )
        })
}

/// What the minute says of bids that were not sealed again to a renewed key: refused without a reason.
fn given_up(left: i64, input: &OpeningInput) -> Result<Option<String>> {
    if left == 0 {
        return Ok(None);
    }
    let Some(reason) = input
        .abandon_reason
        .as_ref()
        .filter(|reason| !reason.is_empty())
    else {
        return Err(Refusal::new(
            "bids_not_sealed_again",
            format!("更换密钥后，还有 {left} 份申报书没有重新封装，现在开标会打不开它们。"),
        )
        .remedy("请通知有关组织登录后重新封装；确实无法封装的，写明理由后按废标处理。")
        .into());
    };
    Ok(Some(format!(
        "更换密钥后未重新封装的 {left} 份不能启封，理由：{reason}"
    )))
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
