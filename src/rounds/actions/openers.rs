//! The openers (启封人) of a round: who holds the shares of its key, and how lost ones are made good.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::crypto::Key;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::ids::{RoundId, UserId};
use crate::people;
use crate::rounds::input::{OpenerInput, RenewInput, ShareAgainInput};
use crate::rounds::{AnnouncementKind, Post, Round, RoundState, announce, store};
use crate::sealing::{self, Opener, OpenerSeat, RoundSecret, TooFew};
use crate::seats::{self, Seat};
use crate::session;
use crate::web::App;
use crate::who;
use crate::who::Actor;
use crate::who::Role;

/// Two of three, unless told otherwise.
const THRESHOLD: usize = 2;

/// Somebody who could hold a share.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub user_id: UserId,
    pub name: String,
    pub seat: OpenerSeat,
    /// Has a key of their own: whoever has an account.
    pub ready: bool,
}

/// Everybody who could hold a share of this round's key: its supervisors, its office, its panel's chair.
pub fn candidates(c: &mut Conn, round: &Round) -> Result<Vec<Candidate>> {
    let path = super::committee_path(c, round)?;
    let mut found: Vec<(UserId, String, OpenerSeat)> = Vec::new();
    let mut add = |user: UserId, name: String, seat| {
        if !found.iter().any(|(known, _, _)| *known == user) {
            found.push((user, name, seat));
        }
    };
    for user in people::holders(c, Role::Supervisor, &path)? {
        add(user.id, user.name, OpenerSeat::Supervisor);
    }
    let evaluation = seats::of_round(c, round.id)?.id;
    for member in seats::panel(c, evaluation)? {
        if member.seat == Seat::Chair {
            let name = people::user(c, member.user_id)?.name;
            add(member.user_id, name, OpenerSeat::Chair);
        }
    }
    for user in people::holders(c, Role::Office, &path)? {
        add(user.id, user.name, OpenerSeat::Office);
    }
    found
        .into_iter()
        .map(|(user_id, name, seat)| {
            Ok(Candidate {
                user_id,
                name,
                seat,
                ready: sealing::has_key(c, user_id)?,
            })
        })
        .collect()
}

/// The openers asked for, or the office (who is acting, if it can), a supervisor and the chair.
pub fn chosen(
    tx: &mut Tx,
    actor: &Actor,
    round: &Round,
    asked: &[UserId],
    threshold: Option<i64>,
) -> Result<(Vec<Opener>, usize)> {
    let candidates = candidates(tx, round)?;
    let openers = if asked.is_empty() {
        by_default(actor, &candidates)
    } else {
        named(&candidates, asked)?
    };
    let threshold = match threshold {
        Some(threshold) => usize::try_from(threshold).unwrap_or(THRESHOLD),
        None => THRESHOLD,
    };
    if !openers
        .iter()
        .any(|opener| opener.seat == OpenerSeat::Supervisor)
    {
        return Err(
            Refusal::new("supervisor_required", "启封人中须有本党委的纪委督导员。")
                .remedy("请安全管理员先授予督导员角色，并请督导员登录一次；再发布。")
                .into(),
        );
    }
    if threshold < 2 || openers.len() < threshold {
        return Err(Error::field(
            "openers",
            format!("启封须 {threshold} 人到场，启封人不能少于这个数。"),
        ));
    }
    Ok((openers, threshold))
}

fn by_default(actor: &Actor, candidates: &[Candidate]) -> Vec<Opener> {
    let mut openers = Vec::new();
    for seat in [
        OpenerSeat::Office,
        OpenerSeat::Supervisor,
        OpenerSeat::Chair,
    ] {
        let mut of_seat: Vec<&Candidate> = candidates
            .iter()
            .filter(|candidate| candidate.seat == seat)
            .collect();
        // Who is acting before others, who has a key before who has none.
        of_seat.sort_by_key(|candidate| {
            (!candidate.ready, Some(candidate.user_id) != actor.user_id())
        });
        openers.extend(of_seat.first().map(|candidate| Opener {
            user_id: candidate.user_id,
            seat,
        }));
    }
    openers
}

fn named(candidates: &[Candidate], asked: &[UserId]) -> Result<Vec<Opener>> {
    let mut openers: Vec<Opener> = Vec::new();
    for (index, user) in asked.iter().enumerate() {
        let field = format!("openers[{index}]");
        let Some(candidate) = candidates.iter().find(|one| one.user_id == *user) else {
            return Err(Error::field(
                field,
                "启封人须是本党委的党建部人员、纪委督导员或评审委员会主任。",
            ));
        };
        if openers.iter().any(|opener| opener.user_id == *user) {
            return Err(Error::field(field, "同一个人只能列一次。"));
        }
        openers.push(Opener {
            user_id: *user,
            seat: candidate.seat,
        });
    }
    Ok(openers)
}

/// Checks each present opener's password and opens the lock before their key, outside the transaction.
pub async fn unlock(app: &App, present: &[OpenerInput], list: &str) -> Result<Vec<(UserId, Key)>> {
    let mut errors = FieldErrors::new();
    let mut opened: Vec<(UserId, Key)> = Vec::new();
    for (index, opener) in present.iter().enumerate() {
        if opener.password.is_empty() {
            continue;
        }
        let username = opener.username.trim().to_owned();
        let user =
            session::check_named_password(&app.db, app.demo, username, opener.password.clone())
                .await?;
        let Some(user) = user else {
            errors.insert(
                format!("{list}[{index}][password]"),
                vec!["用户名或口令不正确。".to_owned()],
            );
            continue;
        };
        if opened.iter().any(|(known, _)| *known == user) {
            continue;
        }
        let locks = app.db.read(move |c| sealing::locks_of(c, &[user])).await?;
        if let Some((_, lock)) = locks.into_iter().next() {
            let key = who::password::open_lock(lock, opener.password.clone()).await?;
            opened.push((user, key));
        }
    }
    if errors.is_empty() {
        Ok(opened)
    } else {
        Err(Error::Invalid(errors))
    }
}

/// The round's key out of the present openers' shares; None for a round of old times without a key.
pub fn put_together(
    tx: &mut Tx,
    round: &Round,
    present: &[(UserId, Key)],
) -> Result<Option<RoundSecret>> {
    let path = super::committee_path(tx, round)?;
    let supervisors = people::holders(tx, Role::Supervisor, &path)?;
    let supervised = supervisors
        .iter()
        .any(|user| present.iter().any(|(id, _)| *id == user.id));
    let no_supervisor = || {
        Error::Forbidden(
            Refusal::new(
                "supervisor_required",
                "须有本党委的纪委督导员在场，当场输入自己的口令。",
            )
            .remedy("请督导员输入自己的用户名和口令。"),
        )
    };
    if !supervised {
        return Err(no_supervisor());
    }
    match sealing::put_together(tx, round.id, present)? {
        Ok(secret) => Ok(Some(secret)),
        Err(TooFew::NoKey) => Ok(None),
        Err(TooFew::NoSupervisor) => Err(no_supervisor()),
        Err(TooFew::NoShare(user)) => {
            let name = people::user(tx, user)?.name;
            Err(Error::Forbidden(
                Refusal::new("not_an_opener", format!("{name}没有本批次有效的密钥份额。"))
                    .remedy("请本批次的启封人到场；份额失效的，先由其余启封人重新分发。"),
            ))
        }
        Err(TooFew::Needs(threshold)) => Err(Refusal::new(
            "openers_missing",
            format!("须 {threshold} 位启封人到场，现在不够。"),
        )
        .remedy("请其他启封人当场输入自己的口令。")
        .into()),
    }
}

/// Before the opening only; a cancelled round stays sealed.
fn may_change_openers(round: &Round, now: crate::clock::Instant) -> Result<(), Refusal> {
    match round.state_at(now) {
        RoundState::Open | RoundState::Sealed => Ok(()),
        state @ (RoundState::Draft
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled) => Err(Refusal::new(
            "wrong_state",
            format!("批次现在是“{}”，不能变更启封人。", state.label()),
        )
        .remedy("启封人在发布以后、开标以前可以变更；草稿发布时再选定。")),
    }
}

/// Refuses whoever may not change this round's openers now, before any password is asked about.
pub async fn check_may(app: &App, who: &session::Who, id: RoundId) -> Result<()> {
    let (who, clock) = (who.clone(), app.clock().clone());
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            let round = super::visible(c, &actor, id)?;
            let path = super::committee_path(c, &round)?;
            actor.require(Role::Office, &path)?;
            may_change_openers(&round, clock.now())?;
            Ok(())
        })
        .await
}

/// New shares of the same key, by as many present openers as it takes to open.
pub fn share_again(
    tx: &mut Tx,
    actor: &Actor,
    id: RoundId,
    input: &ShareAgainInput,
    present: &[(UserId, Key)],
) -> Result<Round> {
    let round = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    may_change_openers(&round, now)?;
    let Some(secret) = put_together(tx, &round, present)? else {
        return Err(Error::conflict("no_round_key", "这个批次没有密钥。"));
    };
    let (openers, threshold) = chosen(tx, actor, &round, &input.openers, input.threshold)?;
    sealing::share_again(tx, &secret, &openers, threshold)?;
    let version = store::advance(tx, &round, round.state, now)?;
    let event = super::event(Verb::RoundSharedAgain, &round, version).detail(json!({
        "present": present.iter().map(|(user, _)| user).collect::<Vec<_>>(),
        "openers": openers.iter().map(|opener| opener.user_id).collect::<Vec<_>>(),
        "threshold": threshold,
    }));
    audit::record(tx, actor, event)?;
    store::find(tx, id)
}

/// A new key. Every bidder is told to seal their own copy again: content and digest stay what they are.
pub fn renew(tx: &mut Tx, actor: &Actor, id: RoundId, input: &RenewInput) -> Result<Round> {
    let round = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    may_change_openers(&round, now)?;
    let (openers, threshold) = chosen(tx, actor, &round, &input.openers, input.threshold)?;
    sealing::renew(tx, id, &openers, threshold, &input.reason)?;
    let version = store::advance(tx, &round, round.state, now)?;
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(id),
            kind: AnnouncementKind::Amendment,
            title: format!("更换开标密钥：{}", round.title),
            body: format!(
                "原因：{}\n已提交的申报书内容和摘要不变，请各申报组织在开标前登录系统，打开本组织的申报书，点“重新封装”。",
                input.reason
            ),
            ends_on: None,
        },
    )?;
    let event = super::event(Verb::RoundKeyRenewed, &round, version).detail(json!({
        "reason": input.reason,
        "openers": openers.iter().map(|opener| opener.user_id).collect::<Vec<_>>(),
        "threshold": threshold,
    }));
    audit::record(tx, actor, event)?;
    store::find(tx, id)
}
