//! A new key for the round: so many shares of the present one are lost that its openers cannot open. With the supervisor at
//! the screen. Every bidder is told to seal their own copy again, and has three working days for it: the opening moves,
//! if it was to be earlier. Content and digest stay what they are.

use chrono::NaiveDate;

use crate::clock::{from_local, local, local_date, show_instant};
use crate::holidays;
use crate::ids::{AmendmentId, UserId};
use crate::rounds::actions::openers;
use crate::rounds::scene::{OpenersScene, RoundScene};
use crate::rounds::{Amendment, AnnouncementKind, Post, Round, announce, store};
use crate::sealing;
use crate::verbs::ceremony::{Ceremony, OpenerInput, Present};
use crate::verbs::prelude::*;

/// Working days that bidders have for sealing again.
const DAYS_TO_SEAL: i64 = 3;

/// A new key for the round: the openers of the present one cannot open any more.
#[derive(Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RenewInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(
        required = true,
        min_length = 1,
        max_length = 500,
        example = "督导员口令遗失，余下两人不能启封。"
    )]
    pub reason: String,
    /// A supervisor at the screen, with their own password.
    #[validate(length(max = 9), nested)]
    #[schema(max_items = 9)]
    pub present: Vec<OpenerInput>,
    #[validate(length(max = 9))]
    #[schema(max_items = 9)]
    pub openers: Vec<UserId>,
    #[validate(range(min = 2, max = 9))]
    #[schema(minimum = 2, maximum = 9, example = 2)]
    pub threshold: Option<i64>,
    #[serde(skip)]
    pub keys: Present,
}

pub struct RenewKey;

impl Ceremony for RenewKey {
    const LIST: &'static str = "present";

    fn openers(input: &RenewInput) -> &[OpenerInput] {
        &input.present
    }

    fn come(input: &mut RenewInput, keys: Present) {
        input.keys = keys;
    }
}

impl Verb for RenewKey {
    type On = RoundScene;
    type Gives = OpenersScene;
    type Input = RenewInput;
    type Ready = ();

    const NAME: &'static str = "renew_key";
    const SAYS: &'static str = "A new key, because so many shares are lost that the openers cannot open; by the office, with a supervisor's password.\nEvery bidder seals their own copy again and has three working days for it: the opening moves, if it was to be earlier.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundKeyRenewed);
    const FORBIDS: &'static [&'static str] = &["role_required", "supervisor_required"];
    const REFUSES: &'static [&'static str] = &[
        "key_exchanged",
        "wrong_state",
        "supervisor_required",
        "shares_hold",
        "holiday_year_missing",
    ];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    fn when(c: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<()> {
        openers::may_change(&on.round, now)?;
        match openers::shares_are_lost(c, on)? {
            true => Ok(()),
            false => Err(
                Refusal::new("shares_hold", "现有的启封人仍能开标，不用更换密钥。")
                    .remedy("有人调离、口令遗失的，请其余启封人到场重新分发。")
                    .into(),
            ),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        (): (),
        actor: &Actor,
        input: &RenewInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        openers::supervised(tx, &on.committee_path, &input.keys)?;
        let chosen = openers::chosen(tx, actor, &on, &input.openers, input.threshold)?;
        let round = on.round;
        sealing::renew(
            tx,
            round.id,
            &chosen.openers,
            chosen.threshold,
            &input.reason,
        )?;
        let key = sealing::fingerprint(tx, round.id)?.unwrap_or_default();
        let opening_at = not_before(tx, &round, now)?;
        let mut body = format!(
            "原因：{}\n已提交的申报书内容和摘要不变，请各申报组织在开标前登录系统，打开本组织的申报书，点“重新封装”。\n新的开标公钥指纹：{key}",
            input.reason
        );
        if opening_at != round.opening_at {
            body.push_str(&format!(
                "\n为留足重新封装的时间，开标时间由{}改为{}。",
                show_instant(round.opening_at),
                show_instant(opening_at)
            ));
            amend(tx, actor, &round, opening_at)?;
        }
        let round = store::update(
            tx,
            Round {
                opening_at,
                ..round
            },
            now,
        )?;
        let title = format!("更换开标密钥：{}", round.title);
        announce(
            tx,
            Post::of(&round, AnnouncementKind::Amendment, title, body),
        )?;
        let said = format!(
            "开标密钥已更换并公告，请通知已提交的组织在{}开标前重新封装。",
            show_instant(round.opening_at)
        );
        let present: Vec<UserId> = input.keys.iter().map(|(user, _)| *user).collect();
        Ok(Done::of(round.id, said).detail(json!({
            "reason": input.reason,
            "present": present,
            "openers": chosen.ids(),
            "threshold": chosen.threshold,
            "round_key": key,
            "opening_at": round.opening_at,
        })))
    }
}

/// The opening, three working days from now at the earliest, at its time of day.
fn not_before(c: &mut Conn, round: &Round, now: Instant) -> Result<Instant> {
    let last: NaiveDate = holidays::working_days_after(c, local_date(now), DAYS_TO_SEAL)?;
    if local_date(round.opening_at) > last {
        return Ok(round.opening_at);
    }
    let day = holidays::working_days_after(c, last, 1)?;
    Ok(from_local(day.and_time(local(round.opening_at).time())))
}

/// The schedule that is shown tells that the opening moved, and why.
fn amend(tx: &mut Tx, actor: &Actor, round: &Round, opening_at: Instant) -> Result<()> {
    let now = tx.now();
    let amendment = Amendment {
        id: AmendmentId::fresh(now),
        round_id: round.id,
        at: now,
        actor_id: actor.person()?.user_id,
        old_deadline: round.deadline,
        new_deadline: round.deadline,
        old_opening_at: round.opening_at,
        new_opening_at: opening_at,
        reason: "更换开标密钥，为重新封装留足三个工作日。".to_owned(),
    };
    store::insert_amendment(tx, &amendment)
}
