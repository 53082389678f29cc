//! The opening (开标): at or after its time, by the office with a supervisor as witness. Every submitted bid's digest
//! is computed again and held against the one recorded at submission; what does not match is void.

use serde_json::json;

use crate::app::App;
use crate::audit::{self, Verb};
use crate::auth::{self, Actor, Role};
use crate::bids;
use crate::clock::show_instant;
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::{OpeningId, RoundId, UserId};
use crate::people;
use crate::rounds::input::OpeningInput;
use crate::rounds::rules;
use crate::rounds::{AnnouncementKind, Opening, Post, Round, announce, store};

/// How many bids the minute lists by name; beyond that the round's list shows them.
const LISTED: usize = 500;

/// Checks the witness's own password, before the transaction; answers who it is.
pub async fn check_witness(app: &App, input: &OpeningInput) -> Result<UserId> {
    let user = auth::check_named_password(
        app,
        input.witness_username.clone(),
        input.witness_password.clone(),
    )
    .await?;
    user.ok_or_else(|| Error::field("witness_password", "监督人的用户名或口令不正确。"))
}

/// Refuses whoever may not open this round now, before any password is asked about.
pub async fn check_may_open(app: &App, who: &auth::Who, id: RoundId) -> Result<()> {
    let (who, clock) = (who.clone(), app.clock().clone());
    app.db
        .read(move |c| {
            let actor = auth::session::resolve(c, &who)?;
            let round = super::visible(c, &actor, id)?;
            let path = super::committee_path(c, &round)?;
            actor.require(Role::Office, &path)?;
            let now = clock.now();
            rules::may_open(round.state_at(now), round.opening_at, now)?;
            Ok(())
        })
        .await
}

pub fn open(
    tx: &mut Tx,
    actor: &Actor,
    id: RoundId,
    witness: UserId,
    attendance: &str,
) -> Result<Round> {
    let round = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    let next = rules::may_open(round.state_at(now), round.opening_at, now)?;
    let path = super::committee_path(tx, &round)?;
    let supervisors = people::holders(tx, Role::Supervisor, &path)?;
    let Some(supervisor) = supervisors.into_iter().find(|user| user.id == witness) else {
        return Err(Error::Forbidden(
            Refusal::new(
                "supervisor_required",
                "开标须由本党委的纪委督导员在场监督。",
            )
            .remedy("请督导员当场输入自己的用户名和口令。"),
        ));
    };
    if actor.user_id() == Some(witness) {
        return Err(Error::Forbidden(
            Refusal::new("witness_is_another", "主持开标和监督开标须是两个人。")
                .remedy("请另一位督导员到场。"),
        ));
    }
    let version = store::advance(tx, &round, next, now)?;
    store::set_opened(tx, id, now)?;
    let opened = bids::open_all(tx, &round)?;
    let late = audit::of_round(tx, id, Verb::BidLateRefused)?;
    let mut lines = vec![
        format!("开标时间：{}。", show_instant(now)),
        format!("主持：{}。监督：{}。", actor.name(), supervisor.name),
    ];
    if !attendance.trim().is_empty() {
        lines.push(format!("到会：{}。", attendance.trim()));
    }
    lines.push(format!(
        "收到申报 {} 份，摘要核对一致 {} 份。",
        opened.lines.len() + opened.broken.len(),
        opened.lines.len()
    ));
    lines.extend(opened.lines.iter().take(LISTED).map(|line| {
        format!(
            "{}《{}》，摘要 {}",
            line.organization, line.title, line.digest
        )
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
    let minute = lines.join("\n");
    audit::record(
        tx,
        actor,
        super::event(Verb::RoundOpened, &round, version).detail(json!({
            "witness": witness, "checked": opened.lines.len(), "broken": opened.broken.len(),
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
    store::find(tx, id)
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
