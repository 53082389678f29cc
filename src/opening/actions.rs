//! The opening (开标): at or after its time, by the office, with as many openers as the round asks for, a supervisor
//! among them. Their shares make the round's key, all bids open at once, and every submitted bid's digest is computed
//! again and held against the one recorded at submission; what does not match is void.

use serde_json::json;

use super::store::{self, Opening};
use crate::audit::{self, Verb};
use crate::bids;
use crate::clock::{Instant, show_instant};
use crate::crypto::Key;
use crate::db::{Conn, Db, Tx};
use crate::error::{Error, Refusal, Result};
use crate::failed;
use crate::ids::{OpeningId, RoundId, UserId};
use crate::people;
use crate::rounds::{self, AnnouncementKind, Post, Round, RoundState, announce, rules};
use crate::seats;
use crate::session::{self, Who};
use crate::who::{Actor, Role};

/// How many bids the minute lists by name; beyond that the round's list shows them.
const LISTED: usize = 500;

/// Refuses whoever may not open this round now, before any password is asked about.
pub async fn check_may_open(db: &Db, who: &Who, id: RoundId) -> Result<()> {
    let (who, clock) = (who.clone(), db.clock().clone());
    db.read(move |c| {
        let actor = session::resolve(c, &who)?;
        let round = rounds::visible(c, &actor, id)?;
        may_open(c, &actor, &round, clock.now())?;
        Ok(())
    })
    .await
}

/// The state after the opening, or why this person cannot open the round now.
pub fn may_open(c: &mut Conn, actor: &Actor, round: &Round, now: Instant) -> Result<RoundState> {
    let path = rounds::actions::committee_path(c, round)?;
    actor.require(Role::Office, &path)?;
    Ok(rules::may_open(round.state_at(now), round.opening_at, now)?)
}

pub fn open(
    tx: &mut Tx,
    actor: &Actor,
    id: RoundId,
    present: &[(UserId, Key)],
    attendance: &str,
    abandon_reason: Option<&str>,
) -> Result<Round> {
    let round = rounds::actions::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    let next = rules::may_open(round.state_at(now), round.opening_at, now)?;
    let path = rounds::actions::committee_path(tx, &round)?;
    let secret = rounds::actions::openers::put_together(tx, &round, present)?;
    let supervisor = people::holders(tx, Role::Supervisor, &path)?
        .into_iter()
        .find(|user| {
            Some(user.id) != actor.user_id() && present.iter().any(|(id, _)| *id == user.id)
        });
    let Some(supervisor) = supervisor else {
        return Err(Error::Forbidden(
            Refusal::new("witness_is_another", "主持开标和监督开标须是两个人。")
                .remedy("请另一位督导员到场。"),
        ));
    };
    let witness = supervisor.id;
    let left = bids::not_sealed_again(tx, id)?;
    if left > 0 && abandon_reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Refusal::new(
            "bids_not_sealed_again",
            format!("更换密钥后，还有 {left} 份申报书没有重新封装，现在开标会打不开它们。"),
        )
        .remedy("请通知有关组织登录后重新封装；确实无法封装的，写明理由后按废标处理。")
        .into());
    }
    let version = rounds::advance(tx, &round, next)?;
    rounds::set_opened(tx, id)?;
    let opened = bids::open_all(tx, actor, &round, secret.as_ref())?;
    let late = audit::of_round(tx, id, Verb::BidLateRefused)?;
    let mut lines = vec![
        format!("开标时间：{}。", show_instant(now)),
        format!("主持：{}。监督：{}。", actor.name(), supervisor.name),
    ];
    let names = people::user_names(tx, &present.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    if secret.is_some() {
        let names: Vec<String> = present
            .iter()
            .filter_map(|(id, _)| names.get(id).cloned())
            .collect();
        lines.push(format!("启封人：{}，各自当场输入口令。", names.join("、")));
    }
    if let Some(reason) = abandon_reason.filter(|_| left > 0) {
        lines.push(format!(
            "更换密钥后未重新封装的 {left} 份不能启封，理由：{reason}"
        ));
    }
    if !attendance.trim().is_empty() {
        lines.push(format!("到会：{}。", attendance.trim()));
    }
    lines.push(format!(
        "收到申报 {} 份，摘要核对一致 {} 份。",
        opened.lines.len() + opened.broken.len(),
        opened.lines.len()
    ));
    let blind = seats::is_blind(tx, id)?;
    if blind {
        lines.push("匿名评审：申报组织和题目在评分锁定以后公布，下列摘要届时可以核对。".to_owned());
    }
    lines.extend(opened.lines.iter().take(LISTED).map(|line| match blind {
        true => format!("摘要 {}", line.digest),
        false => format!(
            "{}《{}》，摘要 {}",
            line.organization, line.title, line.digest
        ),
    }));
    if opened.lines.len() > LISTED {
        lines.push(format!(
            "其余 {} 份的摘要见批次的申报列表。",
            opened.lines.len() - LISTED
        ));
    }
    lines.extend(
        opened
            .broken
            .iter()
            .map(|line| format!("{}：摘要与提交时不一致，按废标处理。", line.organization)),
    );
    for event in &late {
        lines.push(format!(
            "{}有一次逾期提交被拒绝（截止时间{}）。",
            show_instant(event.at),
            show_instant(round.deadline)
        ));
    }
    failed::fail_short_topics(tx, actor, &round)?;
    for story in failed::stories(tx, id)? {
        lines.push(failed::why(&story.topic, story.failed.valid_bids));
    }
    let minute = lines.join("\n");
    audit::record(
        tx,
        actor,
        rounds::actions::event(Verb::RoundOpened, &round, version).detail(json!({
            "witness": witness, "present": present.iter().map(|(id, _)| id).collect::<Vec<_>>(), "checked": opened.lines.len(), "broken": opened.broken.len(),
        })),
    )?;
    let audit_head = audit::committee_head(tx, round.committee_id)?;
    store::insert_opening(
        tx,
        &Opening {
            id: OpeningId::fresh(now),
            round_id: id,
            opened_by: actor.user_id().unwrap_or(UserId(0)),
            witness_id: witness,
            opened_at: now,
            attendance: attendance.trim().to_owned(),
            minute: minute.clone(),
            checked: count(opened.lines.len()),
            broken: count(opened.broken.len()),
            audit_head: audit_head.clone(),
        },
    )?;
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(id),
            kind: AnnouncementKind::Opening,
            title: format!("开标记录：{}", round.title),
            body: format!("{minute}\n审计链头：{audit_head}"),
            ends_on: None,
        },
    )?;
    rounds::find(tx, id)
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
