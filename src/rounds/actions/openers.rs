//! The openers (启封人) of a round: who holds the shares of its key, and how lost ones are made good.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::crypto::Key;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::UserId;
use crate::people;
use crate::rounds::scene::RoundScene;
use crate::rounds::{Round, RoundState};
use crate::sealing::{self, Opener, OpenerSeat, RoundSecret, TooFew};
use crate::seats::{self, Seat};
use crate::who::{Actor, Role};

/// Two of three, unless told otherwise.
const THRESHOLD: usize = 2;

/// Somebody who could hold a share.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CandidateLine)]
pub struct Candidate {
    pub user_id: UserId,
    pub name: String,
    pub seat: OpenerSeat,
    /// Has a key of their own: whoever has an account.
    pub ready: bool,
}

/// Everybody who could hold a share of this round's key: its supervisors, its office, its panel's chair.
pub fn candidates(c: &mut Conn, on: &RoundScene) -> Result<Vec<Candidate>> {
    let path = &on.committee_path;
    let mut found: Vec<(UserId, String, OpenerSeat)> = Vec::new();
    let mut add = |user: UserId, name: String, seat| {
        if !found.iter().any(|(known, _, _)| *known == user) {
            found.push((user, name, seat));
        }
    };
    for user in people::holders(c, Role::Supervisor, path)? {
        add(user.id, user.name, OpenerSeat::Supervisor);
    }
    let evaluation = seats::of_round(c, on.round.id)?.id;
    for member in seats::panel(c, evaluation)? {
        if member.seat == Seat::Chair {
            let name = people::user(c, member.user_id)?.name;
            add(member.user_id, name, OpenerSeat::Chair);
        }
    }
    for user in people::holders(c, Role::Office, path)? {
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

/// Who is to hold a share, and how many of them open.
pub struct Chosen {
    pub openers: Vec<Opener>,
    pub threshold: usize,
}

impl Chosen {
    pub fn ids(&self) -> Vec<UserId> {
        self.openers.iter().map(|one| one.user_id).collect()
    }
}

/// The openers asked for, or the office (who is acting, if it can), a supervisor and the chair.
pub fn chosen(
    tx: &mut Tx,
    actor: &Actor,
    on: &RoundScene,
    asked: &[UserId],
    threshold: Option<i64>,
) -> Result<Chosen> {
    let candidates = candidates(tx, on)?;
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
    Ok(Chosen { openers, threshold })
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

/// Whether so many shares are lost that the openers cannot open: theirs are who can still log in, with the key their share
/// is sealed to, and a supervisor is one as long as they supervise.
pub fn shares_are_lost(c: &mut Conn, on: &RoundScene) -> Result<bool> {
    let Some(threshold) = sealing::threshold(c, on.round.id)? else {
        return Ok(true);
    };
    let openers = sealing::openers(c, on.round.id)?;
    let ids: Vec<UserId> = openers.iter().map(|opener| opener.user_id).collect();
    let people = people::users(c, &ids)?;
    let supervisors = people::holders(c, Role::Supervisor, &on.committee_path)?;
    let able: Vec<_> = openers
        .iter()
        .filter(|opener| !opener.lost)
        .filter(|opener| {
            people
                .iter()
                .any(|one| one.id == opener.user_id && !one.disabled)
        })
        .collect();
    let supervised = able.iter().any(|opener| {
        opener.seat == OpenerSeat::Supervisor
            && supervisors.iter().any(|one| one.id == opener.user_id)
    });
    let count = i64::try_from(able.len()).unwrap_or(i64::MAX);
    Ok(count < threshold || !supervised)
}

/// The round's key out of the present openers' shares.
pub fn put_together(
    c: &mut Conn,
    on: &RoundScene,
    present: &[(UserId, Key)],
) -> Result<RoundSecret> {
    supervised(c, &on.committee_path, present)?;
    match sealing::put_together(c, on.round.id, present)? {
        Ok(secret) => Ok(secret),
        Err(too_few) => Err(insufficient(
            c,
            too_few,
            "份额失效的，先由其余启封人重新分发。",
        )?),
    }
}

/// The supervisor of the committee who entered their password; refuses if there is none.
pub fn supervised(c: &mut Conn, path: &str, present: &[(UserId, Key)]) -> Result<UserId> {
    let supervisors = people::holders(c, Role::Supervisor, path)?;
    let mut here = supervisors.iter().map(|user| user.id);
    here.find(|user| present.iter().any(|(id, _)| id == user))
        .ok_or_else(no_supervisor)
}

fn no_supervisor() -> Error {
    Error::Forbidden(
        Refusal::new(
            "supervisor_required",
            "须有本党委的纪委督导员在场，当场输入自己的口令。",
        )
        .remedy("请督导员输入自己的用户名和口令。"),
    )
}

/// What is said of those who do not suffice, and the way out for who lost their share.
pub fn insufficient(c: &mut Conn, too_few: TooFew, way_out: &str) -> Result<Error> {
    Ok(match too_few {
        TooFew::NoKey => sealing::no_round_key(),
        TooFew::NoSupervisor => no_supervisor(),
        TooFew::NoShare(user) => {
            let name = people::user(c, user)?.name;
            Error::Forbidden(
                Refusal::new("not_an_opener", format!("{name}没有有效的密钥份额。"))
                    .remedy(format!("请持有份额的启封人到场；{way_out}")),
            )
        }
        TooFew::Needs(threshold) => Refusal::new(
            "openers_missing",
            format!("须 {threshold} 位启封人到场，现在不够。"),
        )
        .remedy("请其他启封人当场输入自己的口令。")
        .into(),
    })
}

/// Before the opening only; a cancelled round stays sealed.
pub fn may_change(round: &Round, now: Instant) -> Result<(), Refusal> {
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
